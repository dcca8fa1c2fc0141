/**
 * `pictor train check`: what may be wrong with a data set.
 *
 * @module
 */
import type { Command } from 'commander';
import { EXIT } from '../../exit.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { notice } from '../../render/notices.ts';

interface CheckFlags {
  readonly model?: string;
  readonly seed?: number;
  readonly labels?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Adds `pictor train check`. */
export function registerTrainCheck(train: Command): void {
  train
    .command('check')
    .description('look for what may be wrong with a data set; nothing is trained or changed')
    .argument('<dataset>', 'as for pictor train')
    .option('-m, --model <id>', 'backbone that looks for wrong labels')
    .option('--no-labels', 'do not look for wrong labels: quicker')
    .option('--strict', 'exit code 1 on any finding (default: only when training is not possible)')
    .option('--json', 'findings as JSON')
    .action(async (path: string, _own: CheckFlags, command: Command) => {
      // The parent has options of the same names, and takes them when they come first.
      const flags = command.optsWithGlobals<CheckFlags>();
      const { checkTrainingData } = await import('../../../training/check.ts');
      const { renderCheck, trainBar } = await import('../../render/training.ts');
      const bar = trainBar();
      try {
        const result = await untilInterrupted((signal) =>
          checkTrainingData(path, {
            labels: flags.labels !== false,
            ...(flags.model !== undefined && { model: flags.model }),
            ...(flags.seed !== undefined && { seed: flags.seed }),
            signal,
            onNotice: notice,
            onProgress: bar.update,
          }),
        );
        bar.stop();
        process.stdout.write(flags.json ? `${JSON.stringify(result, null, 2)}\n` : renderCheck(result));
        if (result.obstacle !== undefined || (flags.strict && result.findings.length > 0))
          process.exitCode = EXIT.failed;
      } finally {
        bar.stop();
      }
    });
}
