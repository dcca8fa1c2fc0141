/** Names of what a video job offers. */

/** A line for each frame that was looked at, with its boxes. */
export const BOXES_FILE = 'boxes.jsonl';
/** The same of what has no boxes: labels. */
export const FRAMES_FILE = 'frames.jsonl';
/** A line for each second of media time, with its counts. */
export const SECONDS_FILE = 'seconds.jsonl';
export const ANNOTATED_FILE = 'annotated.mp4';
export const REPORT_FILE = 'report.html';
/** A JPEG after the other. */
export const THUMBNAILS_FILE = 'thumbnails.mjpeg';
/** Which is where. */
export const THUMBNAIL_INDEX = 'thumbnails.jsonl';

const ENDINGS: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/mp2t': 'ts',
  'video/x-msvideo': 'avi',
  'video/ogg': 'ogv',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/apng': 'png',
};

/**
 * What the uploaded video is called among the job's files.
 *
 * @param type as the client sent it; what is not known as a video is only bytes
 */
export function originalFile(type: string | undefined): {
  readonly name: string;
  readonly mediaType: string;
} {
  const ending = type === undefined || !Object.hasOwn(ENDINGS, type) ? undefined : ENDINGS[type];
  if (type === undefined || ending === undefined)
    return { name: 'original', mediaType: 'application/octet-stream' };
  return { name: `original.${ending}`, mediaType: type };
}
