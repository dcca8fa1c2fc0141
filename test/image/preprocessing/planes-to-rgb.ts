/**
 * What libjpeg does after the planes, step by step: "fancy" upsampling and the conversion to RGB (jdsample.c, jdcolor.c).
 * Pictor never makes whole pictures of planes; the tests do, to compare planes with libjpeg-turbo to the bit.
 *
 * @module
 */
import { readJpegHeader } from '../../../src/image/formats/headers/jpeg.ts';
import { decodePlanes, type Plane, type Planes } from '../../../src/image/jpeg/decode-planes.ts';
import { readBaselinePlan } from '../../../src/image/jpeg/tables.ts';
import { withJpegWasm } from '../../../src/image/jpeg/wasm.ts';
import type { Pixels } from '../../../src/image/types.ts';

/** The stored picture, not turned upright; undefined for what the planes' decoder declines. */
export function decodeByPlanes(bytes: Uint8Array): Pixels | undefined {
  const header = readJpegHeader(bytes);
  const plan = readBaselinePlan(bytes);
  if (header === undefined || plan === undefined) return undefined;
  return withJpegWasm((wasm) => {
    const planes = decodePlanes(wasm, bytes, plan, 1);
    return planes && toRgb(new Uint8Array(wasm.memory.buffer), planes);
  });
}

function toRgb(heap: Uint8Array, planes: Planes): Pixels {
  const { width, height, luma, chroma } = planes;
  const data = new Uint8Array(width * height * 3);
  const colour = chroma && { cb: upsample(heap, chroma.cb, planes), cr: upsample(heap, chroma.cr, planes) };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const level = heap[luma.at + y * luma.stride + x] ?? 0;
      const cb = (colour?.cb[i] ?? 128) - 128;
      const cr = (colour?.cr[i] ?? 128) - 128;
      data[i * 3] = clamp(level + ((91_881 * cr + 32_768) >> 16));
      data[i * 3 + 1] = clamp(level + ((-22_554 * cb - 46_802 * cr + 32_768) >> 16));
      data[i * 3 + 2] = clamp(level + ((116_130 * cb + 32_768) >> 16));
    }
  }
  return { width, height, data };
}

function upsample(heap: Uint8Array, plane: Plane, { width, height, sampling }: Planes): Uint8Array {
  const { across, down } = sampling;
  const columns = Math.ceil(width / across);
  const rows = Math.ceil(height / down);
  const out = new Uint8Array(width * height);
  const sample = (x: number, y: number) => heap[plane.at + y * plane.stride + x] ?? 0;
  const border = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
  for (let y = 0, i = 0; y < height; y++) {
    const near = down === 2 ? y >> 1 : y;
    const far = border(near + (y % 2 === 0 ? -1 : 1), rows);
    // Down the columns first, with two bits more than a sample has.
    const column = (x: number) => (down === 2 ? 3 * sample(x, near) + sample(x, far) : sample(x, near));
    for (let x = 0; x < width; x++, i++) {
      if (across === 1) out[i] = column(x);
      else {
        const here = x >> 1;
        const other = border(here + (x % 2 === 0 ? -1 : 1), columns);
        const sum = 3 * column(here) + column(other);
        const [even, odd, shift] = down === 2 ? [8, 7, 4] : [1, 2, 2];
        out[i] = (sum + (x % 2 === 0 ? even : odd)) >> shift;
      }
    }
  }
  return out;
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}
