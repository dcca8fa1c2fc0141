import type { Command } from 'commander';
import { openTagger } from './open-recognizer.ts';
import { fractionOption, integerOption, listOption } from './options.ts';
import { type PictureFlags, pictureCommand } from './picture-command.ts';
import { renderTags } from './render.ts';
import { runPictures } from './run-pictures.ts';

interface TagFlags extends PictureFlags {
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
    .option('-t, --top <n>', 'tags for each picture', integerOption(1, 1000), 10)
    .option(
      '--min-score <fraction>',
      'leave out what is less likely (default 0.1 with a classifier, 0.3 with a detector)',
      fractionOption,
    )
    .option('--include <names>', 'only these labels or categories, comma-separated', listOption)
    .option('--exclude <names>', 'not these labels or categories, comma-separated', listOption)
    .action(async (names: string[], flags: TagFlags) => {
      await using tagger = await openTagger(flags.model);
      const { top: maxTags, minScore, include, exclude } = flags;
      const options = {
        maxTags,
        ...(minScore !== undefined && { minScore }),
        ...(include && { include }),
        ...(exclude && { exclude }),
      };
      process.exitCode = await runPictures(names, {
        ...flags,
        recognize: (source, signal) => tagger.tag(source, { ...options, signal }),
        render: (name, answer) => renderTags(name, answer, flags.lang),
        toJSON: (answer) => ({ ...answer }),
      });
    });
}
