/**
 * `pictor pack`: a model and the code around it into an archive that a platform takes.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import type { PackReport, PackSizes } from '../../deploy/pack/types.ts';
import type { BackendName } from '../../engine/types.ts';
import { isPictorError, PictorError } from '../../errors.ts';
import { PLATFORM_IDS } from '../../platforms/registry.ts';
import type { Arch, FunctionKind } from '../../platforms/shared/platform.ts';
import { integerOption } from '../options.ts';
import { colorsFor } from '../render/terminal.ts';

interface PackFlags {
  readonly platform: string;
  readonly model?: string;
  readonly arch: Arch;
  readonly node: number;
  readonly backend: BackendName;
  readonly kind: FunctionKind;
  readonly out?: string;
  readonly modelLayer?: boolean;
  readonly modelUrl?: string;
  readonly viaStorage?: boolean;
  readonly boot: boolean;
  readonly json?: boolean;
}

/** Adds `pictor pack`. */
export function registerPack(program: Command): void {
  program
    .command('pack')
    .description('make a function for a cloud platform, and see it work')
    .requiredOption('-p, --platform <name>', PLATFORM_IDS.join(', '))
    .option('-m, --model <id>', 'short id or path of a model (default: what `pictor serve` answers with)')
    .addOption(new Option('--arch <name>', 'processor').choices(['x64', 'arm64']).default('x64'))
    .option('--node <version>', 'major version of Node.js', integerOption(1, 99), 20)
    .addOption(
      new Option('--backend <name>', 'wasm runs on any processor and libc, slower')
        .choices(['native', 'wasm'])
        .default('native'),
    )
    .addOption(
      new Option('--kind <kind>', 'handler of events, or web server (Tencent, Huawei)')
        .choices(['event', 'web'])
        .default('event'),
    )
    .option('-o, --out <file>', 'the archive (default pictor-<platform>-<model>.zip)')
    .option('--model-layer', 'put the model into an archive of its own, for a layer')
    .option(
      '--model-url <url>',
      'leave the model out; it is fetched from here at the start, its hash is pinned',
    )
    .option('--via-storage', 'it is uploaded through a bucket (COS, S3, OSS, OBS), whose larger limit holds')
    .option('--no-boot', 'do not start the archive to see that it works')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor pack --platform scf
  $ pictor pack --platform lambda --arch arm64 --model ./flowers.onnx -o flowers.zip
  $ pictor pack --platform fc --backend wasm
  $ pictor pack --platform lambda --model densenet121 --model-url https://bucket.example.com/densenet121.onnx`,
    )
    .action(runPack);
}

async function runPack(flags: PackFlags): Promise<void> {
  const { packFunction } = await import('../../deploy/pack/pack-function.ts');
  const { renderPack, renderSizes } = await import('../render/pack.ts');
  const colors = colorsFor(process.stderr);
  const controller = new AbortController();
  // The first Ctrl-C clears up and ends; a second one ends at once.
  const interrupt = () => controller.abort(new PictorError('ABORTED'));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  let sizes: PackSizes | undefined;
  try {
    const report = await packFunction({
      ...flags,
      signal: controller.signal,
      onSizes: (measured) => {
        sizes = measured;
      },
      onStep: (step) => process.stderr.write(`${colors.dim('·')} ${step}\n`),
    });
    process.stdout.write(flags.json ? `${JSON.stringify(plain(report), null, 2)}\n` : renderPack(report));
  } catch (thrown) {
    // What is too large in it.
    if (sizes && isPictorError(thrown) && thrown.code === 'PACK_TOO_LARGE') {
      process.stderr.write(`\n${renderSizes(sizes)}\n\n`);
    }
    throw thrown;
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Without the platform's whole entry and the manifest's recipe: what a script asks for. */
function plain({ target, manifest, ...report }: PackReport) {
  const { platform, runtime, arch, backend, kind } = target;
  return {
    ...report,
    platform: platform.id,
    runtime: runtime.name,
    arch,
    backend,
    kind,
    model: manifest.id,
    handler: kind === 'web' ? undefined : platform.handler,
  };
}
