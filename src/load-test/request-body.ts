import { randomUUID } from 'node:crypto';
import type { PictureFormat } from '../image/types.ts';
import type { BodyKind, RequestBody } from './types.ts';

/**
 * The body of a request that carries a picture.
 *
 * @param picture encoded picture
 * @param format of the picture; names the media type
 * @param kind how it travels: the tutorial's JSON, raw bytes, a form, or base64 text
 */
export function requestBody(picture: Uint8Array, format: PictureFormat, kind: BodyKind): RequestBody {
  const base64 = Buffer.from(picture).toString('base64');
  switch (kind) {
    case 'json':
      return text('application/json', JSON.stringify({ picture: base64 }));
    case 'base64':
      return text('text/plain', base64);
    case 'raw':
      return { body: picture, headers: { 'content-type': `image/${format}` } };
    case 'multipart': {
      const boundary = `pictor-${randomUUID()}`;
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="picture"; filename="picture"\r\nContent-Type: image/${format}\r\n\r\n`;
      return {
        body: Buffer.concat([Buffer.from(head), picture, Buffer.from(`\r\n--${boundary}--\r\n`)]),
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      };
    }
  }
}

function text(type: string, value: string): RequestBody {
  return { body: Buffer.from(value), headers: { 'content-type': type } };
}
