/**
 * `pictor doctor`: one report about this installation, to read or to paste into an issue.
 *
 * @module
 */
import type { Command } from 'commander';
import { EXIT } from '../exit.ts';

/** Adds `pictor doctor`. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('report on this installation: Node, processor, back end, models')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExamples:\n  $ pictor doctor\n  $ pictor doctor --json | jq .backend')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { examine } = await import('../doctor/examine.ts');
      const { renderDoctor } = await import('../doctor/render.ts');
      const report = await examine();
      process.stdout.write(`${json ? JSON.stringify(report, null, 2) : renderDoctor(report)}\n`);
      process.exitCode = report.healthy ? EXIT.ok : EXIT.failed;
    });
}
