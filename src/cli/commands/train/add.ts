/**
 * `pictor train add`: more pictures for a trained model.
 *
 * @module
 */
import type { Command } from 'commander';
import { untilInterrupted } from '../../interrupt.ts';
import { notice } from '../../render/notices.ts';

/** Adds `pictor train add`. */
export function registerTrainAdd(train: Command): void {
  train
    .command('add')
    .description('fit a new version with more pictures or new classes')
    .argument('<id>', 'a model that was trained here')
    .argument('<dataset>', 'the new pictures, as for pictor train')
    .addHelpText('after', '\nExamples:\n  $ pictor train add flowers ./more-flowers')
    .action(async (id: string, path: string, _own: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ readonly json?: boolean }>();
      const { addPictures } = await import('../../../training/extend.ts');
      const { printTraining, trainBar } = await import('../../render/training.ts');
      const bar = trainBar();
      try {
        const result = await untilInterrupted((signal) =>
          addPictures(id, path, { signal, onNotice: notice, onProgress: bar.update }),
        );
        bar.stop();
        printTraining(result, json === true);
      } finally {
        bar.stop();
      }
    });
}
