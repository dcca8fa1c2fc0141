/** An ICC profile's header and tags, as far as they matter here (ICC.1:2022, 7.2 and 7.3). */
export interface IccProfile {
  /** Signature of what the profile describes: `scnr`, `mntr`, `prtr`, `spac` and others that are no device. */
  readonly deviceClass: string;
  /** Signature of the device's colour space: `RGB `, `GRAY`, `CMYK` and others. */
  readonly colourSpace: string;
  /** Signature of the space that it leads to: `XYZ ` or `Lab `. */
  readonly connectionSpace: string;
  /** What the tags hold, by their signatures. */
  readonly tags: ReadonlyMap<string, DataView>;
}

const HEADER_BYTES = 128;
const TAG_BYTES = 12;
const MAX_TAGS = 100;

/** 5 is iccMAX, another format. */
const MAX_MAJOR_VERSION = 4;

/**
 * Reads an ICC profile's header and its table of tags; a tag that lies outside of the profile counts as absent.
 *
 * @param profile untrusted bytes
 * @returns undefined for what is no ICC profile of version 2 to 4
 */
export function readProfile(profile: Uint8Array): IccProfile | undefined {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  if (view.byteLength < HEADER_BYTES + 4 || signature(view, 36) !== 'acsp') return undefined;
  if (view.getUint8(8) > MAX_MAJOR_VERSION) return undefined;
  const count = view.getUint32(HEADER_BYTES);
  const end = Math.min(view.byteLength, view.getUint32(0));
  if (count > MAX_TAGS || HEADER_BYTES + 4 + count * TAG_BYTES > end) return undefined;
  const tags = new Map<string, DataView>();
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + 4 + i * TAG_BYTES;
    const offset = view.getUint32(entry + 4);
    const size = view.getUint32(entry + 8);
    if (offset + size > end) continue;
    const name = signature(view, entry);
    // 7.3.1 forbids it; which of the two holds is anybody's guess.
    if (tags.has(name)) return undefined;
    tags.set(name, new DataView(view.buffer, view.byteOffset + offset, size));
  }
  return {
    deviceClass: signature(view, 12),
    colourSpace: signature(view, 16),
    connectionSpace: signature(view, 20),
    tags,
  };
}

/** Four characters; empty where there are no four. */
export function signature(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return '';
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}

/** An s15Fixed16Number (ICC.1:2022, 4.6). */
export function fixed16(view: DataView, at: number): number {
  return view.getInt32(at) / 65536;
}
