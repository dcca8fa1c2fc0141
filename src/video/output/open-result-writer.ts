/**
 * Results of a video in the formats that others read. Each is written as the frames come, so that memory does not grow
 * with the length of the video.
 *
 * @module
 */
import { extname } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { SourceInfo } from '../types.ts';
import type { ResultWriter } from './result-writer.ts';

/** Formats by the ending of a file's name. */
const FORMATS: Readonly<Record<string, (path: string, source: SourceInfo) => Promise<ResultWriter>>> = {
  '.jsonl': async (path) => (await import('./lines-formats.ts')).jsonlWriter(path),
  '.txt': async (path) => (await import('./lines-formats.ts')).motWriter(path),
  '.csv': async (path) => (await import('./lines-formats.ts')).csvWriter(path),
  '.vtt': async (path) => (await import('./lines-formats.ts')).webVttWriter(path),
  '.json': async (path, source) => (await import('./coco-vid.ts')).cocoVidWriter(path, source),
  '.xml': async (path, source) => (await import('./cvat.ts')).cvatWriter(path, source),
  '.html': async (path) => (await import('./html-report.ts')).htmlWriter(path),
};

/** Endings of result files, `.jsonl` and so on. */
export const RESULT_ENDINGS: readonly string[] = Object.keys(FORMATS);

/**
 * Opens a file for results; its ending says the format: `.jsonl` a line for each frame, `.txt` MOTChallenge, `.json`
 * COCO-VID, `.xml` CVAT for video 1.1, `.vtt` WebVTT metadata, `.csv` a row for each box, `.html` a report.
 *
 * @param source what the frames come from
 * @throws OPTION_INVALID for another ending
 * @example
 * const source = await openVideo('traffic.mp4');
 * await using file = await openResultWriter('tracks.txt', source.info);
 * const run = track(source, { detector });
 * for await (const frame of run) await file.write(frame);
 * await file.finish(run);
 */
export async function openResultWriter(path: string, source: SourceInfo): Promise<ResultWriter> {
  const open = FORMATS[extname(path).toLowerCase()];
  if (open) return open(path, source);
  throw new PictorError('OPTION_INVALID', {
    expected: `a file name that ends in ${RESULT_ENDINGS.join(', ')}`,
    received: path,
  });
}
