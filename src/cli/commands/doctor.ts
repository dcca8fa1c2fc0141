/**
 * `pictor doctor`: one report about this installation, to read or to paste into an issue.
 *
 * @module
 */
import type { Command } from 'commander';
import { EXIT } from '../exit.ts';
import { megabytes } from '../render/terminal.ts';

/** Adds `pictor doctor`. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('report on this installation: Node, processor, back end, models')
    .option('--json', 'the report as JSON')
    .option('--prune', 'remove the inference libraries of other operating systems (100 MB on Linux)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ pictor doctor\n  $ pictor doctor --json | jq .backend\n  $ pictor doctor --prune',
    )
    .action(async ({ json, prune }: { readonly json?: boolean; readonly prune?: boolean }) => {
      if (prune) {
        await runPrune();
        return;
      }
      const { examine } = await import('../doctor/examine.ts');
      const { renderDoctor } = await import('../doctor/render.ts');
      const report = await examine();
      process.stdout.write(`${json ? JSON.stringify(report, null, 2) : renderDoctor(report)}\n`);
      process.exitCode = report.healthy ? EXIT.ok : EXIT.failed;
    });
}

async function runPrune(): Promise<void> {
  const { pruneLibraries } = await import('../doctor/prune.ts');
  const { removed, kept, folder } = await pruneLibraries();
  const freed = removed.reduce((sum, { bytes }) => sum + bytes, 0);
  const what = removed.map(({ platform }) => platform).join(', ');
  process.stdout.write(
    removed.length === 0
      ? `Nothing to remove from ${folder}: it holds ${kept.join(', ')}\n`
      : `Removed ${what}: ${megabytes(freed)}. Kept ${kept.join(', ')}. npm install brings them back.\n`,
  );
}
