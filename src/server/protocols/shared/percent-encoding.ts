/**
 * Percent encoding as signature schemes want it.
 *
 * @module
 */

import { isUtf8 } from 'node:buffer';
import { percentDecodedBytes } from '../../../base/percent.ts';

/** Encodes all but the unreserved characters of RFC 3986: letters, digits and - . _ ~. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Decodes what is encoded; text that is not well-formed stays as it is. */
export function percentDecoded(text: string): string {
  if (!text.includes('%') || /%(?![\da-f]{2})/i.test(text)) return text;
  // Not with `decodeURIComponent`: a query of thousands of names that do not decode would throw as often.
  const bytes = percentDecodedBytes(Buffer.from(text, 'utf8'));
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}

/** Order of encoded names and values: by code unit, whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
