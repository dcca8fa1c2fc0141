import { PictorError } from '../../errors.ts';
import { checkBytes, formatBytes, tooLarge } from '../limits.ts';
import type { ImageLimits } from '../types.ts';

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
  const dense = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
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
  const head = url.slice('data:'.length, comma);
  const body = url.slice(comma + 1);
  if (/;\s*base64\s*$/i.test(head)) return decodeBase64(percentDecoded(body), limits);
  if (body.length > limits.maxBytes * 3) throw tooLarge(limits, `about ${formatBytes(body.length)}`);
  const bytes = Buffer.from(percentDecoded(body), 'latin1');
  checkBytes(bytes.byteLength, limits);
  return bytes;
}

/** Each %xx becomes one character of that code; `decodeURIComponent` would read them as UTF-8. */
function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
