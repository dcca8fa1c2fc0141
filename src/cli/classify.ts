import type { Command } from 'commander';
import { openClassifier } from './open-recognizer.ts';
import { fractionOption, integerOption } from './options.ts';
import { type PictureFlags, pictureCommand } from './picture-command.ts';
import { renderClassification, renderTags } from './render.ts';
import { runPictures } from './run-pictures.ts';

interface ClassifyFlags extends PictureFlags {
  readonly top: number;
  readonly minScore: number;
}

/** Adds `pictor classify`. */
export function registerClassify(program: Command): void {
  pictureCommand(program, 'classify', 'say what a picture shows', [
    'pictor classify cat.jpg',
    'pictor classify holiday/ --top 1 --jsonl > labels.jsonl',
    "pictor classify 'photos/**/*.jpg' --model resnet50 --lang zh",
    'curl -s https://example.com/cat.jpg | pictor classify -',
  ])
    .option('-t, --top <n>', 'predictions for each picture', integerOption(1, 1000), 5)
    .option('--min-score <fraction>', 'leave out what is less likely, 0 to 1', fractionOption, 0)
    .action(async (names: string[], flags: ClassifyFlags) => {
      await using recognizer = await openClassifier(flags.model);
      const { top, minScore, lang } = flags;
      process.exitCode =
        recognizer.task === 'classify'
          ? await runPictures(names, {
              ...flags,
              recognize: (source, signal) => recognizer.classify(source, { topK: top, minScore, signal }),
              render: (name, answer) => renderClassification(name, answer, lang),
              toJSON: (answer) => ({ ...answer }),
            })
          : await runPictures(names, {
              ...flags,
              recognize: (source, signal) => recognizer.tag(source, { maxTags: top, minScore, signal }),
              render: (name, answer) => renderTags(name, answer, lang),
              toJSON: (answer) => ({ ...answer }),
            });
    });
}
