/** The eight ways a camera may have been held, as EXIF counts them; 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;

/**
 * Reads the orientation from EXIF data; anything that does not make sense means upright.
 *
 * @param data EXIF data: a TIFF header (`II` or `MM`) and its directory, with or without `Exif` before them
 */
export function exifOrientation(data: Uint8Array): Orientation {
  // WebP and PNG have no place for JPEG's prefix, and many programs write it all the same.
  const tiff = Buffer.from('Exif\0\0').equals(data.subarray(0, 6)) ? data.subarray(6) : data;
  if (tiff.byteLength < 14) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = view.getUint16(0) === 0x4949;
  if (!little && view.getUint16(0) !== 0x4d4d) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * 12;
    if (at + 12 > tiff.byteLength) return 1;
    if (view.getUint16(at, little) === ORIENTATION_TAG) return toOrientation(view.getUint16(at + 8, little));
  }
  return 1;
}

/** Whether the picture lies on its side, so that width and height change places. */
export function swapsSides(orientation: Orientation): boolean {
  return orientation >= 5;
}

function toOrientation(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}
