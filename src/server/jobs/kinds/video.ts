/**
 * A video as a job: what is in it, followed and counted, or what it shows from when to when.
 *
 * @module
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { PictorError } from '../../../errors.ts';
import type { Recognizers } from '../../models/types.ts';
import type { JobKind } from '../types.ts';
import { DEFAULT_FPS, detectVideo } from '../video/detect-video.ts';
import { originalFile } from '../video/files.ts';
import { videoInput } from '../video/input.ts';
import { watchVideo } from '../video/watch-video.ts';

/** Name of the uploaded file in the job's input folder. */
export const VIDEO_FILE = 'video';

/** The kind of job behind `POST /v1/video`. */
export function videoKind(recognizers: Pick<Recognizers, 'get'>): JobKind {
  return {
    name: 'video',
    async run(input, context) {
      const asked = videoInput.parse(input);
      const { openVideo } = await import('../../../video/open-video.ts');
      // A page plays the original with the boxes over it, also after a reload.
      const original = originalFile(asked.type);
      const path = context.file(original.name, original.mediaType);
      await rename(join(context.inputFolder, VIDEO_FILE), path);
      const detects = asked.task === undefined || asked.task === 'detect';
      await using source = await openVideo(path, {
        signal: context.signal,
        // The annotated video has every frame, whatever is looked at.
        ...(detects && !asked.annotate && { fps: asked.fps ?? DEFAULT_FPS }),
      });
      return detects
        ? await detectVideo(source, path, asked, context, recognizers)
        : await watchVideo(source, asked, context, recognizers);
    },
  };
}

/**
 * Lines or zones out of the text of a query.
 *
 * @throws OPTION_INVALID
 */
export function parsePlaces(name: 'lines' | 'zones', text: string | undefined): unknown[] | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (cause) {
    throw new PictorError('OPTION_INVALID', {
      expected: `\`${name}\` as JSON, e.g. ${name === 'lines' ? '[{"from":[0,0.5],"to":[1,0.5]}]' : '[{"points":[[0,0],[1,0],[1,1]]}]'}`,
      received: text.slice(0, 100),
      cause,
    });
  }
}
