import { percentDecodedBytes } from '../../base/percent.ts';
import { PictorError } from '../../errors.ts';
import { checkBytes, formatBytes, tooLarge } from '../limits.ts';
import type { ImageLimits } from '../types.ts';

/** Characters between `data:` and the comma: a media type with its parameters. */
const MAX_HEAD = 1024;

/** Bytes that base64 text stands for, at most. */
export function decodedLength(text: string): number {
  return Math.ceil((text.length * 3) / 4);
}

/**
 * Decodes base64, in the standard or the URL-safe alphabet, with or without padding and line breaks. Unlike
 * `Buffer.from`, which skips what it does not know, anything else is an error.
 *
 * @throws IMAGE_BASE64_INVALID, IMAGE_EMPTY, IMAGE_TOO_LARGE
 */
export function decodeBase64(text: string, limits: ImageLimits): Uint8Array {
  if (/^\s*data:/i.test(text)) return decodeDataUrl(text.trim(), limits);
  // Line breaks add 2 characters to each 64 or 76: text beyond that is too large however it is wrapped.
  if (text.length > (limits.maxBytes * 4) / 3 + limits.maxBytes / 16 + 1024) {
    throw tooLarge(limits, `about ${formatBytes((text.length * 3) / 4)}`);
  }
  const dense = /\s/.test(text) ? withoutBlanks(text) : text;
  const digits = dense.replace(/={1,2}$/, '');
  const padding = dense.length - digits.length;
  const whole = padding === 0 || dense.length % 4 === 0;
  if (digits.length % 4 === 1 || !whole || !/^[\w+/-]*$/.test(digits)) {
    throw new PictorError('IMAGE_BASE64_INVALID', {
      expected: 'base64 text',
      received: received(digits, dense),
    });
  }
  const bytes = Buffer.from(digits, 'base64');
  checkBytes(bytes.byteLength, limits);
  return bytes;
}

/** Byte by byte: a replacement for each of ten million blanks would need more memory than any picture. */
function withoutBlanks(text: string): string {
  // Characters beyond Latin-1 stay wrong: cut to one byte they might turn into a letter of the alphabet.
  if (/[^\0-\xff]/.test(text)) return text.replace(/^\s+/, '');
  const bytes = Buffer.from(text, 'latin1');
  const mostBlanks = text.length / 8 + 1024;
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (!isBlank(byte)) bytes[length++] = byte;
    else if (i - length > mostBlanks) {
      throw new PictorError('IMAGE_BASE64_INVALID', {
        expected: 'base64 text, in lines of 16 characters or more',
        received: 'text with more blanks than that',
      });
    }
  }
  return bytes.toString('latin1', 0, length);
}

/** What `\s` means within Latin-1. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xa0;
}

function received(digits: string, dense: string): string {
  const at = digits.search(/[^\w+/-]/);
  if (at >= 0) return `a character that does not belong at position ${at}`;
  return `${dense.length} characters, which is no whole number of bytes`;
}

/**
 * Decodes a data URL (RFC 2397), base64 or percent-encoded. The media type is not looked at.
 *
 * @throws IMAGE_BASE64_INVALID, IMAGE_EMPTY, IMAGE_TOO_LARGE
 */
export function decodeDataUrl(url: string, limits: ImageLimits): Uint8Array {
  const comma = url.indexOf(',');
  if (comma < 0) {
    throw new PictorError('IMAGE_BASE64_INVALID', {
      expected: 'a data URL such as data:image/jpeg;base64,…',
      received: 'one without a comma',
    });
  }
  const head = url.slice('data:'.length, Math.min(comma, MAX_HEAD));
  const body = url.slice(comma + 1);
  if (/;\s*base64\s*$/i.test(head)) {
    return decodeBase64(body.includes('%') ? percentDecoded(body).toString('latin1') : body, limits);
  }
  if (body.length > limits.maxBytes * 3) throw tooLarge(limits, `about ${formatBytes(body.length)}`);
  const bytes = percentDecoded(body);
  checkBytes(bytes.byteLength, limits);
  return bytes;
}

/** Each %xx becomes the byte of that value; `decodeURIComponent` would read them as UTF-8. */
function percentDecoded(text: string): Buffer {
  return percentDecodedBytes(Buffer.from(text, 'latin1'));
}
