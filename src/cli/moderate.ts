import type { Command } from 'commander';
import { openModerator } from './open-recognizer.ts';
import { type PictureFlags, pictureCommand } from './picture-command.ts';
import { renderModeration } from './render.ts';
import { runPictures } from './run-pictures.ts';

/** Adds `pictor moderate`. */
export function registerModerate(program: Command): void {
  pictureCommand(program, 'moderate', 'say whether a picture may be shown: pass, review or block', [
    'pictor moderate upload.jpg',
    'pictor moderate uploads/ --jsonl | jq -r \'select(.verdict != "pass") | .file\'',
  ]).action(async (names: string[], flags: PictureFlags) => {
    await using moderator = await openModerator(flags.model);
    process.exitCode = await runPictures(names, {
      ...flags,
      recognize: (source, signal) => moderator.moderate(source, { signal }),
      render: (name, answer) => renderModeration(name, answer, flags.lang),
      toJSON: (answer) => ({ ...answer }),
    });
  });
}
