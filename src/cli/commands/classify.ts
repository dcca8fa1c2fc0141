import type { Command } from 'commander';
import { fractionOption, integerOption } from '../options.ts';
import { framesOption, languageOption, onPictures, pictureCommand } from '../pictures/picture-command.ts';
import type { PictureFlags } from '../pictures/picture-work.ts';
import type { Language } from '../render/answers.ts';

interface ClassifyFlags extends PictureFlags {
  readonly lang: Language;
  readonly top: number;
  readonly minScore?: number;
}

/** Adds `pictor classify`. */
export function registerClassify(program: Command): void {
  pictureCommand(program, 'classify', 'say what a picture shows', [
    'pictor classify cat.jpg',
    'pictor classify holiday/ --top 1 --jsonl > labels.jsonl',
    "pictor classify 'photos/**/*.jpg' --model resnet50 --lang zh",
    'curl -s https://example.com/cat.jpg | pictor classify -',
  ])
    .addOption(languageOption('language of labels'))
    .addOption(framesOption())
    .option('-t, --top <n>', 'predictions for each picture', integerOption(1, 1000), 5)
    .option('--min-score <fraction>', 'leave out what is less likely, 0 to 1', fractionOption)
    .action(
      onPictures<ClassifyFlags>(
        async (work, { openRecognizer, renderClassification, renderTags, runPictures }) => {
          const { flags, engine, signal } = work;
          await using recognizer = await openRecognizer('tag', flags.model, { engine, signal });
          const { top, minScore, lang, frames } = flags;
          const options = { signal, ...(minScore !== undefined && { minScore }), ...(frames && { frames }) };
          return recognizer.task === 'classify'
            ? await runPictures(work, {
                recognize: (source) => recognizer.classify(source, { ...options, topK: top }),
                render: (name, answer) => renderClassification(name, answer, lang),
                toJSON: (answer) => ({ ...answer }),
              })
            : await runPictures(work, {
                recognize: (source) => recognizer.tag(source, { ...options, maxTags: top }),
                render: (name, answer) => renderTags(name, answer, lang),
                toJSON: (answer) => ({ ...answer }),
              });
        },
      ),
    );
}
