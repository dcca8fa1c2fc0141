import type { Command } from 'commander';
import { openEmbedder } from './open-recognizer.ts';
import { onPictures, type PictureFlags, pictureCommand } from './picture-command.ts';
import { renderEmbedding } from './render.ts';
import { runPictures } from './run-pictures.ts';

interface EmbedFlags extends PictureFlags {
  readonly normalize?: boolean;
}

/** Adds `pictor embed`. */
export function registerEmbed(program: Command): void {
  pictureCommand(program, 'embed', 'give the feature vector of a picture, for similarity search', [
    'pictor embed cat.jpg --json',
    'pictor embed photos/ --normalize --jsonl > vectors.jsonl',
  ])
    .option('--normalize', 'scale each vector to length 1, so that a dot product is the cosine')
    .action(
      onPictures<EmbedFlags>(async (work) => {
        const { inputs, flags, signal } = work;
        await using embedder = await openEmbedder(flags.model, { pictures: inputs.length, signal });
        const normalize = flags.normalize ?? false;
        return await runPictures(work, {
          recognize: (source) => embedder.embed(source, { normalize, signal }),
          render: renderEmbedding,
          toJSON: (answer) => ({ ...answer, vector: Array.from(answer.vector) }),
        });
      }),
    );
}
