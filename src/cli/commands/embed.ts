import type { Command } from 'commander';
import { onPictures, pictureCommand } from '../pictures/picture-command.ts';
import type { PictureFlags } from '../pictures/picture-work.ts';

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
      onPictures<EmbedFlags>(async (work, { openRecognizer, renderEmbedding, runPictures }) => {
        const { flags, engine, signal } = work;
        await using embedder = await openRecognizer('embed', flags.model, { engine, signal });
        const normalize = flags.normalize ?? false;
        return await runPictures(work, {
          recognize: (source) => embedder.embed(source, { normalize, signal }),
          render: renderEmbedding,
          toJSON: (answer) => ({ ...answer, vector: Array.from(answer.vector) }),
        });
      }),
    );
}
