/**
 * `pictor models verify`.
 *
 * @module
 */
import type { Command } from 'commander';
import { toPictorError } from '../../../errors.ts';
import type { ModelStore } from '../../../models/types.ts';
import { EXIT } from '../../exit.ts';
import { colorsFor } from '../../render/terminal.ts';
import { storedIds } from './stored-ids.ts';

interface Verdict {
  readonly id: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
}

/** Adds `pictor models verify`. */
export function registerModelsVerify(models: Command): void {
  models
    .command('verify')
    .description('hash the files of models again and compare with their manifests')
    .argument('[models...]', 'model ids or paths (default: every model on this machine)')
    .option('--json', 'id, ok and problems of each model as a JSON array')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models verify
  $ pictor models verify squeezenet ./mine.onnx`,
    )
    .action(async (references: string[], { json }: { readonly json?: boolean }) => {
      const { openModelStore } = await import('../../../models/store/store.ts');
      const store = openModelStore();
      const ids = references.length > 0 ? references : await storedIds(store);
      const verdicts: Verdict[] = [];
      for (const id of ids) verdicts.push(await verify(store, id));
      process.stdout.write(json ? `${JSON.stringify(verdicts, null, 2)}\n` : verdicts.map(render).join(''));
      if (verdicts.some(({ ok }) => !ok)) process.exitCode = EXIT.failed;
    });
}

async function verify(store: ModelStore, id: string): Promise<Verdict> {
  try {
    return { id, ...(await store.verify(id)) };
  } catch (thrown) {
    return { id, ok: false, problems: [toPictorError(thrown).message] };
  }
}

function render({ id, ok, problems }: Verdict): string {
  const colors = colorsFor(process.stdout);
  const lines = problems.map((problem) => `  ${problem}\n`);
  return `${ok ? colors.green('✓') : colors.red('✗')} ${id}\n${lines.join('')}`;
}
