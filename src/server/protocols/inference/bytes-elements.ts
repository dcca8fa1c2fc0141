/**
 * Elements of the datatype BYTES in binary tensors: each with its length in front, four bytes, little-endian.
 *
 * @module
 */
import { PictorError } from '../../../errors.ts';

const LENGTH_BYTES = 4;

/**
 * Takes elements apart without copying them.
 *
 * @param most how many there may be: 32 MB hold eight million empty ones
 * @throws OPTION_INVALID when the lengths do not add up, or there are too many
 */
export function readElements(bytes: Uint8Array, most: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    const start = at + LENGTH_BYTES;
    const end = start <= bytes.byteLength ? start + view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (end > bytes.byteLength) {
      throw new PictorError('OPTION_INVALID', {
        expected: 'BYTES elements with their lengths in front, four bytes, little-endian',
      });
    }
    if (elements.length === most) {
      throw new PictorError('OPTION_INVALID', {
        expected: `at most ${most} BYTES elements`,
        received: 'more',
      });
    }
    elements.push(bytes.subarray(start, end));
    at = end;
  }
  return elements;
}

/** Puts texts together as elements. */
export function writeElements(texts: readonly string[]): Uint8Array {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text, 'utf8');
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(bytes.byteLength);
      return [length, bytes];
    }),
  );
}
