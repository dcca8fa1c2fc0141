import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { byteRange } from './byte-range.ts';

/** A report is somebody's words and pictures: it may show itself, and do nothing else in the server's name. */
const NOTHING_ELSE =
  "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; media-src 'self'";

/**
 * A file as an answer, or the part of it that was asked for.
 *
 * @param path of the file
 * @param mediaType of its content
 * @param range the request's `Range` header
 * @param saveAs name under which browsers save it (default: they show what they can)
 * @returns undefined when there is no such file
 */
export async function fileResponse(
  path: string,
  mediaType: string,
  range: string | null,
  saveAs?: string,
): Promise<Response | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  const headers = {
    'content-type': mediaType,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    'content-security-policy': NOTHING_ELSE,
    ...(saveAs === undefined ? {} : { 'content-disposition': `attachment; filename="${saveAs}"` }),
  };
  const part = byteRange(range, found.size);
  if (part === 'unsatisfiable') {
    return new Response(null, {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${found.size}` },
    });
  }
  const { start, end } = part ?? { start: 0, end: found.size - 1 };
  const body = found.size === 0 ? null : Readable.toWeb(createReadStream(path, { start, end }));
  return new Response(body as ReadableStream | null, {
    status: part === undefined ? 200 : 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      ...(part === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${found.size}` }),
    },
  });
}
