/** Width and height as stored, before EXIF rotation. */
export interface StoredSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the size of a JPEG, PNG, GIF, WebP or BMP from its header in some microseconds, without decoding anything.
 *
 * @param bytes the start of the file is enough for all but JPEG
 * @returns undefined for other formats and for headers that make no sense
 */
export function peekSize(bytes: Uint8Array): StoredSize | undefined {
  if (bytes.length < 26) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic >>> 16 === 0xffd8) return jpegSize(view);
  if (magic === 0x89504e47) return sized(view.getUint32(16), view.getUint32(20));
  if (magic === 0x47494638) return sized(view.getUint16(6, true), view.getUint16(8, true));
  if (magic === 0x52494646 && view.getUint32(8) === 0x57454250) return webpSize(view);
  if (magic >>> 16 === 0x424d && view.getUint32(14, true) >= 40) {
    return sized(Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true)));
  }
  return undefined;
}

/** Walks over the marker segments (ITU-T T.81, B.1.1) to the first start of frame. */
function jpegSize(view: DataView): StoredSize | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
    } else if (isStartOfFrame(marker)) {
      return sized(view.getUint16(at + 7), view.getUint16(at + 5));
    } else if (marker === 0xd9 || marker === 0xda) {
      return undefined;
    } else {
      at += isBare(marker) ? 2 : 2 + view.getUint16(at + 2);
    }
  }
  return undefined;
}

/** SOF0 to SOF15, without DHT, JPG and DAC, which lie between them. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** TEM and restart markers stand alone, without a length. */
function isBare(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** The three kinds of WebP: lossy, lossless, extended (RFC 9649). */
function webpSize(view: DataView): StoredSize | undefined {
  if (view.byteLength < 30) return undefined;
  switch (view.getUint32(12)) {
    case 0x56503820:
      return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case 0x5650384c: {
      const bits = view.getUint32(21, true);
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 0x56503858:
      return sized(uint24(view, 24) + 1, uint24(view, 27) + 1);
    default:
      return undefined;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function sized(width: number, height: number): StoredSize | undefined {
  return width > 0 && height > 0 ? { width, height } : undefined;
}
