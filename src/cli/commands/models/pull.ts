/**
 * `pictor models pull`.
 *
 * @module
 */
import type { Command } from 'commander';
import { toPictorError } from '../../../errors.ts';
import type { LocalModel } from '../../../models/types.ts';
import { EXIT } from '../../exit.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { complain, notice, pullBar } from '../../render/notices.ts';
import { colorsFor, megabytes } from '../../render/terminal.ts';

/** Adds `pictor models pull`. */
export function registerModelsPull(models: Command): void {
  models
    .command('pull')
    .description('fetch models, continuing where an earlier try ended; what is here already is only checked')
    .argument('<models...>', 'model ids, or https addresses of .onnx files with a manifest beside them')
    .option('--json', 'id, path and bytes of each model as a JSON array')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models pull squeezenet resnet50
  $ HF_ENDPOINT=https://hf-mirror.example pictor models pull mobilenetv2
  $ PICTOR_MODEL_MIRROR=https://models.example/pictor pictor models pull densenet121

HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured. PICTOR_OFFLINE=1 forbids every download.`,
    )
    .action(async (references: string[], { json }: { readonly json?: boolean }) => {
      const pulled = await untilInterrupted((signal) => pullAll(references, signal, json === true));
      if (json) process.stdout.write(`${JSON.stringify(pulled.map(summary), null, 2)}\n`);
      if (pulled.length < references.length) process.exitCode = EXIT.failed;
    });
}

/** One after the other; what cannot be had does not keep the rest away. */
async function pullAll(
  references: readonly string[],
  signal: AbortSignal,
  quiet: boolean,
): Promise<LocalModel[]> {
  const { openModelStore } = await import('../../../models/store/store.ts');
  const store = openModelStore();
  const colors = colorsFor(process.stdout);
  const pulled: LocalModel[] = [];
  for (const reference of references) {
    const bar = pullBar();
    try {
      const model = await store.pull(reference, {
        signal,
        onProgress: bar.update,
        onWaiting: () => notice(`Another process is fetching ${reference}: waiting for it.`),
      });
      bar.stop();
      pulled.push(model);
      const { id, bytes } = summary(model);
      if (!quiet)
        process.stdout.write(`${colors.green('✓')} ${id} ${megabytes(bytes)} ${colors.dim(model.path)}\n`);
    } catch (thrown) {
      bar.stop();
      const error = toPictorError(thrown);
      if (error.code === 'ABORTED' || references.length === 1) throw error;
      complain(reference, error);
    }
  }
  return pulled;
}

function summary({ manifest, path }: LocalModel) {
  return { id: manifest.id, path, bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
