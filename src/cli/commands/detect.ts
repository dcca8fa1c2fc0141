import type { Command } from 'commander';
import { fractionOption, integerOption, listOption } from '../options.ts';
import { framesOption, languageOption, onPictures, pictureCommand } from '../pictures/picture-command.ts';
import type { PictureFlags } from '../pictures/picture-work.ts';
import type { Language } from '../render/answers.ts';

interface DetectFlags extends PictureFlags {
  readonly lang: Language;
  readonly output?: string;
  readonly minScore: number;
  readonly max: number;
  readonly iou?: number;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

// On its own: TypeScript leaves the ending of an import as it is where the function has an `await using` to lower.
const drawing = () => import('../pictures/annotated.ts');

/** Adds `pictor detect`. */
export function registerDetect(program: Command): void {
  pictureCommand(program, 'detect', 'find objects in a picture, with their boxes', [
    'pictor detect street.jpg',
    'pictor detect street.jpg -o annotated.jpg',
    'pictor detect street.jpg --include person,car --min-score 0.5',
    'pictor detect holiday/ -o annotated/ --jsonl > boxes.jsonl',
  ])
    .addOption(languageOption('language of labels'))
    .addOption(framesOption())
    .option('-o, --output <path>', 'write the picture with boxes: a file, or a folder for several')
    .option('--min-score <fraction>', 'leave out what is less likely, 0 to 1', fractionOption, 0.3)
    .option('--max <n>', 'objects for each picture', integerOption(1, 1000), 100)
    .option('--iou <fraction>', 'overlap above which the weaker box of a class goes', fractionOption)
    .option('--include <labels>', 'only these labels, comma-separated', listOption)
    .option('--exclude <labels>', 'not these labels, comma-separated', listOption)
    .action(
      onPictures<DetectFlags>(async (work, { openRecognizer, readSource, renderDetections, runPictures }) => {
        const { inputs, flags, engine, signal } = work;
        const { planTargets, writeAnnotated } = await drawing();
        const targets = flags.output === undefined ? undefined : await planTargets(flags.output, inputs);
        await using detector = await openRecognizer('detect', flags.model, { engine, signal });
        const { minScore, max: maxDetections, iou, include, exclude, frames } = flags;
        const written: string[] = [];
        const options = {
          signal,
          minScore,
          maxDetections,
          ...(iou !== undefined && { iouThreshold: iou }),
          ...(include && { include }),
          ...(exclude && { exclude }),
          ...(frames && { frames }),
        };
        return await runPictures(work, {
          async recognize(source, input) {
            const target = targets?.get(input);
            if (!target) return detector.detect(source, options);
            // Read once: standard input cannot be read again.
            const bytes = await readSource(source, { signal });
            const answer = await detector.detect(bytes, options);
            // What is drawn on is the first frame.
            const first = answer.detections.filter(({ frame = 0 }) => frame === 0);
            await writeAnnotated(
              target,
              bytes,
              { ...answer, detections: first },
              { lang: flags.lang, signal },
            );
            written.push(target.path);
            return answer;
          },
          render: (name, answer) => renderDetections(name, answer, flags.lang),
          toJSON: (answer) => ({ ...answer }),
          wrote: () =>
            written.length > 1 ? `${written.length} pictures with boxes to ${flags.output}` : written[0],
        });
      }),
    );
}
