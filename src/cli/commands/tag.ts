import type { Command } from 'commander';
import { fractionOption, integerOption, listOption } from '../options.ts';
import { framesOption, languageOption, onPictures, pictureCommand } from '../pictures/picture-command.ts';
import type { PictureFlags } from '../pictures/picture-work.ts';
import type { Language } from '../render/answers.ts';

interface TagFlags extends PictureFlags {
  readonly lang: Language;
  readonly top: number;
  readonly minScore?: number;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Adds `pictor tag`. */
export function registerTag(program: Command): void {
  pictureCommand(program, 'tag', 'list what a picture shows, with categories', [
    'pictor tag street.jpg',
    'pictor tag holiday/ --include Animal,Food --jsonl',
    'pictor tag cat.jpg --lang zh',
  ])
    .addOption(languageOption('language of labels'))
    .addOption(framesOption())
    .option('-t, --top <n>', 'tags for each picture', integerOption(1, 1000), 10)
    .option(
      '--min-score <fraction>',
      'leave out what is less likely (default 0.1 with a classifier, 0.3 with a detector)',
      fractionOption,
    )
    .option('--include <names>', 'only these labels or categories, comma-separated', listOption)
    .option('--exclude <names>', 'not these labels or categories, comma-separated', listOption)
    .action(
      onPictures<TagFlags>(async (work, { openRecognizer, renderTags, runPictures }) => {
        const { flags, engine, signal } = work;
        await using tagger = await openRecognizer('tag', flags.model, { engine, signal });
        const { top: maxTags, minScore, include, exclude, frames } = flags;
        const options = {
          maxTags,
          ...(minScore !== undefined && { minScore }),
          ...(include && { include }),
          ...(exclude && { exclude }),
          ...(frames && { frames }),
        };
        return await runPictures(work, {
          recognize: (source) => tagger.tag(source, { ...options, signal }),
          render: (name, answer) => renderTags(name, answer, flags.lang),
          toJSON: (answer) => ({ ...answer }),
        });
      }),
    );
}
