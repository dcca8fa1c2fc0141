import type { Command } from 'commander';
import { openDetector } from './open-recognizer.ts';
import { fractionOption, integerOption, listOption } from './options.ts';
import { languageOption, onPictures, type PictureFlags, pictureCommand } from './picture-command.ts';
import { type Language, renderDetections } from './render.ts';
import { runPictures } from './run-pictures.ts';

interface DetectFlags extends PictureFlags {
  readonly lang: Language;
  readonly minScore: number;
  readonly max: number;
  readonly iou?: number;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Adds `pictor detect`. */
export function registerDetect(program: Command): void {
  pictureCommand(program, 'detect', 'find objects in a picture, with their boxes', [
    'pictor detect street.jpg',
    'pictor detect street.jpg --include person,car --min-score 0.5',
  ])
    .addOption(languageOption('language of labels'))
    .option('--min-score <fraction>', 'leave out what is less likely, 0 to 1', fractionOption, 0.3)
    .option('--max <n>', 'objects for each picture', integerOption(1, 1000), 100)
    .option('--iou <fraction>', 'overlap above which the weaker box of a class goes', fractionOption)
    .option('--include <labels>', 'only these labels, comma-separated', listOption)
    .option('--exclude <labels>', 'not these labels, comma-separated', listOption)
    .action(
      onPictures<DetectFlags>(async (work) => {
        const { inputs, flags, signal } = work;
        await using detector = await openDetector(flags.model, { pictures: inputs.length, signal });
        const { minScore, max: maxDetections, iou, include, exclude } = flags;
        const options = {
          minScore,
          maxDetections,
          ...(iou !== undefined && { iouThreshold: iou }),
          ...(include && { include }),
          ...(exclude && { exclude }),
        };
        return await runPictures(work, {
          recognize: (source) => detector.detect(source, { ...options, signal }),
          render: (name, answer) => renderDetections(name, answer, flags.lang),
          toJSON: (answer) => ({ ...answer }),
        });
      }),
    );
}
