/**
 * JSON from a stranger: counted before it is parsed. Bytes alone are no bound, because 30 MB of `""` become ten million
 * values of a heap that has room for a tenth of them.
 *
 * @module
 */
import { PictorError } from '../errors.ts';

export interface JsonBounds {
  /** Members and elements together, over all levels. */
  readonly maxValues: number;
  /** Objects and lists inside each other. */
  readonly maxDepth: number;
  /** Escaped quotes. Every other escape is skipped at the speed of plain text. */
  readonly maxEscapes: number;
}

/** More than any request with a picture needs. */
export const DEFAULT_JSON_BOUNDS: JsonBounds = { maxValues: 10_000, maxDepth: 32, maxEscapes: 10_000 };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON within bounds, in a time that grows with its length only.
 *
 * @param bytes UTF-8
 * @param bounds default `DEFAULT_JSON_BOUNDS`
 * @throws BODY_INVALID for what is not JSON and for what is too much of it
 * @example
 * parseBoundedJson(Buffer.from('{"top": 3}')); // { top: 3 }
 */
export function parseBoundedJson(bytes: Uint8Array, bounds: JsonBounds = DEFAULT_JSON_BOUNDS): unknown {
  checkBounds(bytes, bounds);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PictorError('BODY_INVALID', { expected: 'JSON', received: 'text that is not JSON', cause });
  }
}

/** One pass that looks at structure only; strings are skipped by searching for their end. */
function checkBounds(bytes: Uint8Array, { maxValues, maxDepth, maxEscapes }: JsonBounds): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let values = 0;
  let depth = 0;
  let escapes = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case QUOTE: {
        let end = text.indexOf(QUOTE, at + 1);
        while (end > 0 && isEscaped(text, end)) {
          if (++escapes > maxEscapes) throw tooMuch(`at most ${maxEscapes} escaped quotes`);
          end = text.indexOf(QUOTE, end + 1);
        }
        // An open string is for the parser to complain about.
        if (end < 0) return;
        at = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > maxDepth) throw tooMuch(`at most ${maxDepth} levels of objects and lists`);
        values++;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      case 0x2c: // ,
        values++;
        break;
    }
    if (values > maxValues) throw tooMuch(`at most ${maxValues} members and elements`);
  }
}

/** Each backslash belongs to one quote only, so counting them back stays linear. */
function isEscaped(text: Buffer, quote: number): boolean {
  let at = quote - 1;
  while (text[at] === BACKSLASH) at--;
  return (quote - 1 - at) % 2 === 1;
}

function tooMuch(expected: string): PictorError {
  return new PictorError('BODY_INVALID', { expected: `JSON with ${expected}`, received: 'more' });
}
