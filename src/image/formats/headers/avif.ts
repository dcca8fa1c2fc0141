import type { AvifHeader } from './types.ts';

/** Boxes that are looked at, of all depths. */
const MAX_BOXES = 2_048;

interface Box {
  readonly type: string;
  /** What is in it, without its head. */
  readonly start: number;
  readonly end: number;
}

interface Property {
  readonly type: string;
  readonly start: number;
}

/**
 * Reads the size of an AVIF's primary item from its properties (ISO/IEC 23008-12, ISO/IEC 14496-12): `ispe`, turned by
 * `irot`, as decoders do. The largest `ispe` of all counts where it is larger, so that no grid hides what its tiles cost.
 *
 * @returns undefined when none is described
 */
export function readAvifHeader(bytes: Uint8Array): AvifHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = MAX_BOXES;

  function* boxes(from: number, to: number): Generator<Box> {
    for (let at = from; at + 8 <= to && left-- > 0; ) {
      const size = view.getUint32(at);
      const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
      const isLong = size === 1 && at + 16 <= to;
      const length = isLong ? Number(view.getBigUint64(at + 8)) : size === 0 ? to - at : size;
      if (length < 8) return;
      const end = Math.min(to, at + length);
      yield { type, start: at + (isLong ? 16 : 8), end };
      at += length;
    }
  }
  const child = (parent: { start: number; end: number } | undefined, type: string, skip = 0) => {
    if (parent === undefined) return undefined;
    for (const box of boxes(parent.start + skip, parent.end)) if (box.type === type) return box;
    return undefined;
  };
  const u = (at: number, width: 1 | 2 | 4) =>
    at + width > bytes.length
      ? 0
      : width === 1
        ? view.getUint8(at)
        : width === 2
          ? view.getUint16(at)
          : view.getUint32(at);

  const meta = child({ start: 0, end: bytes.length }, 'meta');
  const primary = child(meta, 'pitm', 4);
  const properties = child(meta, 'iprp', 4);
  const container = child(properties, 'ipco');
  const associations = child(properties, 'ipma');
  if (!primary || !container || !associations) return undefined;
  const id = u(primary.start, 1) === 0 ? u(primary.start + 4, 2) : u(primary.start + 4, 4);
  const all: Property[] = [...boxes(container.start, container.end)];
  let width = 0;
  let height = 0;
  let turns = 0;
  for (const index of associated(associations, id, u)) {
    const property = all[index - 1];
    if (property?.type === 'ispe') {
      width = u(property.start + 4, 4);
      height = u(property.start + 8, 4);
    } else if (property?.type === 'irot') turns = u(property.start, 1) & 3;
  }
  if (width === 0 || height === 0) return undefined;
  const pixels = (one: Property) => u(one.start + 4, 4) * u(one.start + 8, 4);
  const codedPixels = Math.max(...all.map((one) => (one.type === 'ispe' ? pixels(one) : 0)));
  const size = turns % 2 === 1 ? { width: height, height: width } : { width, height };
  return { format: 'avif', ...size, orientation: 1, codedPixels };
}

/** Numbers of an item's properties, from 1 on. */
function associated(box: Box, item: number, u: (at: number, width: 1 | 2 | 4) => number): number[] {
  const isLongId = u(box.start, 1) > 0;
  const isWide = (u(box.start + 3, 1) & 1) === 1;
  const count = u(box.start + 4, 4);
  let at = box.start + 8;
  for (let i = 0; i < count && at < box.end; i++) {
    const id = u(at, isLongId ? 4 : 2);
    at += isLongId ? 4 : 2;
    const entries = u(at, 1);
    at += 1;
    if (id === item) {
      return Array.from({ length: entries }, (_, k) =>
        isWide ? u(at + 2 * k, 2) & 0x7fff : u(at + k, 1) & 0x7f,
      );
    }
    at += entries * (isWide ? 2 : 1);
  }
  return [];
}
