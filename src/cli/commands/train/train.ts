/**
 * `pictor train`: a model of one's own from labelled pictures.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { PictorError } from '../../../errors.ts';
import type { ClassWeights, HeadKind } from '../../../training/options.ts';
import { untilStopped } from '../../interrupt.ts';
import { durationOption, integerOption, listOption, numberOption, positiveOption } from '../../options.ts';
import { notice } from '../../render/notices.ts';
import { registerTrainAdd } from './add.ts';
import { registerTrainCheck } from './check.ts';
import { registerTrainRemove } from './remove.ts';

interface TrainFlags {
  readonly id?: string;
  readonly model?: string;
  readonly seed?: number;
  readonly head?: HeadKind;
  readonly classWeights?: ClassWeights;
  readonly testShare?: number;
  readonly knownShare?: number;
  readonly unknown?: string;
  readonly fineTune?: boolean;
  readonly layers?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly augment?: string[];
  readonly time?: number;
  readonly threads?: number;
  readonly resume?: boolean;
  readonly exclude?: string[];
  readonly relabel?: string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Adds `pictor train` and its commands. */
export function registerTrain(program: Command): void {
  const train = program
    .command('train')
    .description('train a classifier on folders of pictures and put it into the store')
    .argument('<dataset>', 'folder or file, see below')
    .option('--id <id>', 'name of the model to make (default: the name of the folder)')
    .option('-m, --model <id>', 'backbone: a classifier of the store (default: the best that is here)')
    .option('--seed <n>', 'fixes all chance', integerOption(0), 1)
    .addOption(
      new Option('--head <kind>', 'how classes are decided').choices(['logistic', 'nearest', 'means']),
    )
    .option('--fine-tune', "train the backbone's last layers too: minutes instead of seconds")
    .option('--layers <which>', 'fine-tune the "last" blocks, "all" layers, or those after a tensor')
    .option('--epochs <n>', 'passes over the pictures when fine-tuning', integerOption(1))
    .option('--batch-size <n>', 'pictures a step when fine-tuning', integerOption(1, 1024))
    .option('--learning-rate <rate>', 'peak rate when fine-tuning', positiveOption)
    .option('--augment <kinds>', 'flip, crop, color, erase or none, separated by commas', listOption)
    .option('--time <duration>', 'fine-tune no longer than this and keep the best, e.g. 5m', durationOption)
    .option('--threads <n>', 'threads of fine-tuning', integerOption(1, 256))
    .option('--resume', 'go on with a fine-tuning that was cut off')
    .addOption(
      new Option('--class-weights <kind>', 'how much pictures of small classes count').choices([
        'auto',
        'none',
        'balanced',
      ]),
    )
    .option('--test-share <share>', 'share held out for the report, 0.05 to 0.5', numberOption(0.05, 0.5))
    .option('--known-share <share>', 'share of known pictures that count as known', numberOption(0.5, 0.999))
    .option('--unknown <folder>', 'pictures of no class, to measure how well those are told')
    .option('--exclude <names>', 'pictures to leave out, as findings and the report name them', listOption)
    .option('--relabel <name=class>', 'a picture that belongs to another class, repeatable', listOption)
    .option('--strict', 'fail on any finding of the checks')
    .option('--json', 'the whole report as JSON')
    .addHelpText(
      'after',
      `
Data sets:
  folder of class folders        flowers/rose/1.jpg, flowers/tulip/2.jpg
  divided already                flowers/train/rose/1.jpg, flowers/val/rose/3.jpg (also valid, test)
  table (.tsv, .csv)             path, class and, if wanted, train, val or test on each line
  JSON lines (.jsonl)            {"path": "1.jpg", "class": "rose"}

Examples:
  $ pictor train ./flowers
  $ pictor train ./flowers --id flowers --model mobilenetv2 --fine-tune
  $ pictor train ./flowers --fine-tune --time 5m --augment flip,crop
  $ pictor classify photo.jpg --model flowers
  $ pictor train check ./flowers
  $ pictor train add flowers ./more-flowers`,
    )
    .action(async (path: string, flags: TrainFlags) => {
      const { train: run } = await import('../../../training/train.ts');
      const { printTraining, idFor, trainBar } = await import('../../render/training.ts');
      const { id = idFor(path), json, relabel, ...options } = flags;
      const { fineTuneOptions } = await import('./fine-tune-flags.ts');
      const fineTune = fineTuneOptions(flags);
      const bar = trainBar();
      let tuning = false;
      try {
        const result = await untilStopped(
          (signal, stop) =>
            run(path, {
              ...options,
              ...(relabel && { relabel: relabelings(relabel) }),
              id,
              signal,
              ...(fineTune && { fineTune: { ...fineTune, stop } }),
              onNotice: notice,
              onProgress: (progress) => {
                tuning = progress.stage === 'fine-tune';
                bar.update(progress);
              },
            }),
          () => tuning,
        );
        bar.stop();
        printTraining(result, json === true);
      } finally {
        bar.stop();
      }
    });
  registerTrainCheck(train);
  registerTrainAdd(train);
  registerTrainRemove(train);
}

/** @throws OPTION_INVALID for what is not `name=class` */
function relabelings(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.lastIndexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw new PictorError('OPTION_INVALID', {
        expected: '--relabel to be <picture>=<class>, e.g. rose/7.jpg=tulip',
        received: text,
      });
    }),
  );
}
