import type { Command } from 'commander';
import { framesOption, languageOption, onPictures, pictureCommand } from '../pictures/picture-command.ts';
import type { PictureFlags } from '../pictures/picture-work.ts';
import type { Language } from '../render/answers.ts';

interface ModerateFlags extends PictureFlags {
  readonly lang: Language;
}

/** Adds `pictor moderate`. */
export function registerModerate(program: Command): void {
  pictureCommand(program, 'moderate', 'say whether a picture may be shown: pass, review or block', [
    'pictor moderate upload.jpg',
    'pictor moderate uploads/ --jsonl | jq -r \'select(.verdict != "pass") | .file\'',
  ])
    .addOption(languageOption('language of labels'))
    .addOption(framesOption('32'))
    .action(
      onPictures<ModerateFlags>(async (work, { openRecognizer, renderModeration, runPictures }) => {
        const { flags, engine, signal } = work;
        await using moderator = await openRecognizer('moderate', flags.model, { engine, signal });
        return await runPictures(work, {
          recognize: (source) =>
            moderator.moderate(source, { signal, ...(flags.frames && { frames: flags.frames }) }),
          render: (name, answer) => renderModeration(name, answer, flags.lang),
          toJSON: (answer) => ({ ...answer }),
        });
      }),
    );
}
