import type { BufferPool } from '../buffer-pool.ts';
import type { PictureHeader } from '../headers/types.ts';
import { isSrgbProfile } from '../icc/is-srgb.ts';
import { cachedHuffman, HUFFMAN_BYTES } from '../jpeg/huffman.ts';
import { type BaselinePlan, type Component, readBaselinePlan, ZIGZAG } from '../jpeg/tables.ts';
import { orient } from '../orient.ts';
import type { Pixels } from '../types.ts';
import { WASM_BASE64 } from '../wasm/jpeg.gen.ts';
import type { DecodePixels } from './types.ts';

/** The functions of `wasm/jpeg.as`; all pointers are byte offsets into `memory`. */
interface JpegExports {
  readonly memory: WebAssembly.Memory;
  decodeScan(
    from: number,
    to: number,
    components: number,
    count: number,
    across: number,
    down: number,
    interval: number,
    block: number,
    order: number,
  ): number;
  greyRow(luma: number, width: number, out: number): void;
  fullRow(luma: number, cb: number, cr: number, width: number, out: number): void;
  halfRow(
    luma: number,
    cb: number,
    cr: number,
    alone: boolean,
    far: number,
    width: number,
    chroma: number,
    scratch: number,
    out: number,
  ): void;
}

/** Beyond this a decode would hold its thread for too long; libvips has threads of its own. Pixels. */
const MAX_PIXELS = 16_000_000;

/** Memory that is kept for the next picture; a larger one is given back. Bytes. */
const KEPT_BYTES = 4 * 1024 * 1024;

const PAGE = 65_536;

/** Whether the decoder may take a picture; what it finds inside can still make it decline. */
export function isDirectJpeg(header: PictureHeader): boolean {
  return (
    header.format === 'jpeg' &&
    header.coding === 'baseline' &&
    header.precision === 8 &&
    // Adobe's 0 says RGB; without Adobe's marker three components are YCbCr as JFIF has it.
    (header.components === 1 || (header.components === 3 && header.adobeTransform !== 0)) &&
    header.width * header.height <= MAX_PIXELS &&
    header.width > 4 &&
    (header.profile === undefined || (header.components === 3 && isSrgbProfile(header.profile)))
  );
}

/**
 * Pictor's own decoder for the commonest JPEGs: less processor time than the others take for the same bits, and no native
 * module. It declines what is unusual or damaged, so that the general decoders alone decide about errors.
 */
export async function loadDirectJpeg(): Promise<DecodePixels> {
  const module = await WebAssembly.compile(Buffer.from(WASM_BASE64, 'base64'));
  const open = () => new WebAssembly.Instance(module).exports as JpegExports;
  let jpeg = open();
  return async (bytes, header, _limits, pool) => {
    const plan = readBaselinePlan(bytes);
    if (plan === undefined || plan.width !== header.width || plan.height !== header.height) return undefined;
    const pixels = decodeBaseline(jpeg, bytes, plan, pool);
    // WebAssembly memory never shrinks: only letting go of the instance frees it.
    if (jpeg.memory.buffer.byteLength > KEPT_BYTES) jpeg = open();
    return pixels && orient(pixels, header.orientation);
  };
}

/** A component's samples in memory. */
interface Plane {
  readonly at: number;
  readonly stride: number;
}

function decodeBaseline(
  jpeg: JpegExports,
  bytes: Uint8Array,
  plan: BaselinePlan,
  pool: BufferPool | undefined,
): Pixels | undefined {
  const sampling = samplingOf(plan.components);
  if (sampling === undefined) return undefined;
  const { width, height, components } = plan;
  const across = Math.ceil(width / (8 * sampling.across));
  const down = Math.ceil(height / (8 * sampling.down));
  let end = 0;
  const take = (size: number) => {
    const at = end;
    end += Math.ceil(size / 16) * 16;
    return at;
  };
  const order = take(64);
  const block = take(128);
  const table = take(components.length * 32);
  const tables = components.map(() => ({
    quantisation: take(128),
    dc: take(HUFFMAN_BYTES),
    ac: take(HUFFMAN_BYTES),
  }));
  const scratch = take((across * 8 + 18) * 4 + 32);
  const planes = components.map((component): Plane => {
    const stride = across * component.across * 8;
    // Rows are read sixteen samples at a time.
    return { at: take(stride * down * component.down * 8 + 16), stride };
  });
  const source = take(bytes.length - plan.start + 16);
  const out = take(width * height * 3 + 48);
  const { memory } = jpeg;
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  const heap = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
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
      [component.across, component.down, plane.at, plane.stride, at.quantisation, at.dc, at.ac, 0],
      (table + i * 32) / 4,
    );
  }
  const status = jpeg.decodeScan(
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
  if (status !== 0) return undefined;
  writeRgb(jpeg, plan, sampling, planes, scratch, out);
  const rgb = heap.subarray(out, out + width * height * 3);
  if (pool === undefined) return { width, height, data: rgb.slice() };
  const data = new Uint8Array(pool.take(rgb.length), 0, rgb.length);
  data.set(rgb);
  return { width, height, data };
}

interface Sampling {
  /** Luma samples for each of chroma, across and down. */
  readonly across: 1 | 2;
  readonly down: 1 | 2;
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

function writeRgb(
  jpeg: JpegExports,
  { width, height }: BaselinePlan,
  { across, down }: Sampling,
  [luma, cb, cr]: readonly Plane[],
  scratch: number,
  out: number,
): void {
  if (luma === undefined) return;
  const chroma = Math.ceil(width / across);
  const lastRow = Math.ceil(height / down) - 1;
  for (let y = 0; y < height; y++) {
    const row = luma.at + y * luma.stride;
    const target = out + y * width * 3;
    if (cb === undefined || cr === undefined) {
      jpeg.greyRow(row, width, target);
      continue;
    }
    const near = down === 2 ? y >> 1 : y;
    const from = near * cb.stride;
    if (across === 1) {
      jpeg.fullRow(row, cb.at + from, cr.at + from, width, target);
      continue;
    }
    // The second nearest chroma row lies above even rows and below odd ones; the picture's border repeats itself.
    const other = Math.min(lastRow, Math.max(0, near + (y % 2 === 0 ? -1 : 1)));
    const far = (other - near) * cb.stride;
    jpeg.halfRow(row, cb.at + from, cr.at + from, down === 1, far, width, chroma, scratch, target);
  }
}
