import type { Shrink } from '../resize/reduction.ts';
import { cachedHuffman, HUFFMAN_BYTES } from './huffman.ts';
import { type BaselinePlan, type Component, ZIGZAG } from './tables.ts';
import type { JpegWasm } from './wasm.ts';

/** Words that describe a component to `jpeg.as`. */
const WORDS = 9;

/** A component's samples in the module's memory. */
export interface Plane {
  /** Byte offset of the first sample. */
  readonly at: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

/** Luma samples for each of chroma, across and down. */
export interface Sampling {
  readonly across: 1 | 2;
  readonly down: 1 | 2;
}

/** A decoded picture before its colours are put together. */
export interface Planes {
  /** Samples of luma across and down, without what fills up the last blocks. */
  readonly width: number;
  readonly height: number;
  readonly luma: Plane;
  /** Undefined for a grey picture. */
  readonly chroma: { readonly cb: Plane; readonly cr: Plane } | undefined;
  readonly sampling: Sampling;
  /** Where the module's memory is free again. */
  readonly end: number;
}

/**
 * Decodes a baseline JPEG into planes of samples. Smaller planes are made of each block's lowest frequencies, which is
 * cheaper than all of them, and a good low-pass filter.
 *
 * @param shrink 1 for the picture itself, to the bits of libjpeg-turbo
 * @returns undefined for what is unusual or damaged
 */
export function decodePlanes(
  wasm: JpegWasm,
  bytes: Uint8Array,
  plan: BaselinePlan,
  shrink: Shrink,
): Planes | undefined {
  const sampling = samplingOf(plan.components);
  if (sampling === undefined) return undefined;
  const { components } = plan;
  const across = Math.ceil(plan.width / (8 * sampling.across));
  const down = Math.ceil(plan.height / (8 * sampling.down));
  const size = 8 / shrink;
  // Chroma of half the resolution need not be made smaller by as much.
  const isDoubled = shrink > 1 && sampling.across === 2 && sampling.down === 2;
  let end = 0;
  const take = (length: number) => {
    const at = end;
    end += Math.ceil(length / 16) * 16;
    return at;
  };
  const order = take(64);
  const block = take(128);
  const table = take(components.length * WORDS * 4);
  const tables = components.map(() => ({
    quantisation: take(128),
    dc: take(HUFFMAN_BYTES),
    ac: take(HUFFMAN_BYTES),
  }));
  const planes = components.map((component, i) => {
    const own = i > 0 && isDoubled ? size * 2 : size;
    const stride = across * component.across * own;
    // Rows are read sixteen samples at a time, and two at a time.
    return { at: take(stride * (down * component.down * own + 1) + 16), stride, size: own };
  });
  const source = take(bytes.length - plan.start + 16);
  const memory = wasm.reserve(end);
  const heap = new Uint8Array(memory);
  const words = new Int32Array(memory);
  heap.set(ZIGZAG, order);
  heap.set(bytes.subarray(plan.start), source);
  for (const [i, component] of components.entries()) {
    const at = tables[i];
    const plane = planes[i];
    const dc = cachedHuffman(component.dc, 'dc');
    const ac = cachedHuffman(component.ac, 'ac');
    if (!at || !plane || !dc || !ac) return undefined;
    heap.set(new Uint8Array(component.quantisation.buffer), at.quantisation);
    heap.set(dc, at.dc);
    heap.set(ac, at.ac);
    words.set(
      [
        component.across,
        component.down,
        plane.at,
        plane.stride,
        at.quantisation,
        at.dc,
        at.ac,
        0,
        plane.size,
      ],
      table / 4 + i * WORDS,
    );
  }
  const status = wasm.decodeScan(
    source,
    source + bytes.length - plan.start,
    table,
    components.length,
    across,
    down,
    plan.restartInterval,
    block,
    order,
  );
  const [luma, cb, cr] = planes;
  if (status !== 0 || luma === undefined) return undefined;
  return {
    width: Math.ceil(plan.width / shrink),
    height: Math.ceil(plan.height / shrink),
    luma,
    chroma: cb && cr && { cb, cr },
    sampling: isDoubled ? { across: 1, down: 1 } : sampling,
    end,
  };
}

/** Grey, 4:4:4, 4:2:2 or 4:2:0; undefined for rarer kinds. */
function samplingOf(components: readonly Component[]): Sampling | undefined {
  const [luma, cb, cr] = components;
  if (luma === undefined) return undefined;
  if (components.length === 1) return { across: 1, down: 1 };
  const single = (component: Component | undefined) => component?.across === 1 && component.down === 1;
  if (components.length !== 3 || !single(cb) || !single(cr)) return undefined;
  const { across, down } = luma;
  if (across === 1 && down === 1) return { across, down };
  return across === 2 && (down === 1 || down === 2) ? { across, down } : undefined;
}
