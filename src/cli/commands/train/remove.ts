/**
 * `pictor train remove`: fewer classes for a trained model.
 *
 * @module
 */
import type { Command } from 'commander';
import { untilInterrupted } from '../../interrupt.ts';
import { notice } from '../../render/notices.ts';

/** Adds `pictor train remove`. */
export function registerTrainRemove(train: Command): void {
  train
    .command('remove')
    .description('fit a new version without some classes')
    .argument('<id>', 'a model that was trained here')
    .argument('<classes...>', 'classes to leave out')
    .addHelpText('after', '\nExamples:\n  $ pictor train remove flowers tulip')
    .action(async (id: string, classes: string[], _own: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ readonly json?: boolean }>();
      const { removeClasses } = await import('../../../training/extend.ts');
      const { printTraining, trainBar } = await import('../../render/training.ts');
      const bar = trainBar();
      try {
        const result = await untilInterrupted((signal) =>
          removeClasses(id, classes, { signal, onNotice: notice, onProgress: bar.update }),
        );
        bar.stop();
        printTraining(result, json === true);
      } finally {
        bar.stop();
      }
    });
}
