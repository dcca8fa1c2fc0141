import type { BufferPool } from '../../../base/buffer-pool.ts';
import { isConvertible, toSrgb } from '../../colour/to-srgb.ts';
import { decodePlanes, type Planes } from '../../jpeg/decode-planes.ts';
import { readBaselinePlan } from '../../jpeg/tables.ts';
import { type JpegKernel, withJpegKernel } from '../../jpeg/wasm.ts';
import { orient } from '../../orient.ts';
import type { Pixels } from '../../types.ts';
import type { PictureHeader } from '../headers/types.ts';
import type { DecodePixels } from './types.ts';

/** Beyond this a decode would hold its thread for too long; libvips has threads of its own. Pixels. */
const MAX_PIXELS = 16_000_000;

/** Whether the decoder may take a picture; what it finds inside can still make it decline. */
export function isDirectJpeg(header: PictureHeader): boolean {
  return isPlainJpeg(header) && header.width * header.height <= MAX_PIXELS;
}

/** Baseline, 8 bit, grey or YCbCr, in colours that can be converted to sRGB; of any size. */
export function isPlainJpeg(header: PictureHeader): boolean {
  return (
    header.format === 'jpeg' &&
    header.coding === 'baseline' &&
    header.precision === 8 &&
    // Adobe's 0 says RGB; without Adobe's marker three components are YCbCr as JFIF has it.
    (header.components === 1 || (header.components === 3 && header.adobeTransform !== 0)) &&
    header.width > 4 &&
    isConvertible(header)
  );
}

/**
 * Pictor's own decoder for the commonest JPEGs: less processor time than the others take for the same bits, and no native
 * module. It declines what is unusual or damaged, so that the general decoders alone decide about errors.
 */
export async function loadDirectJpeg(): Promise<DecodePixels> {
  return async (bytes, header, _limits, pool) => {
    const plan = readBaselinePlan(bytes);
    if (plan === undefined || plan.width !== header.width || plan.height !== header.height) return undefined;
    const pixels = withJpegKernel((kernel) => {
      const planes = decodePlanes(kernel, bytes, plan, 1);
      return planes && toRgb(kernel, planes, pool);
    });
    if (pixels === undefined) return undefined;
    toSrgb(pixels, header);
    return orient(pixels, header.orientation);
  };
}

function toRgb(kernel: JpegKernel, planes: Planes, pool: BufferPool | undefined): Pixels {
  const { width, height } = planes;
  const out = planes.end + Math.ceil((width + 36) / 8) * 32;
  const length = width * height * 3;
  // Rows are written sixteen pixels at a time.
  const memory = kernel.reserve(out + length + 48);
  writeRgb(kernel, planes, planes.end, out);
  const rgb = new Uint8Array(memory, out, length);
  if (pool === undefined) return { width, height, data: rgb.slice() };
  const data = new Uint8Array(pool.take(length), 0, length);
  data.set(rgb);
  return { width, height, data };
}

/** @param scratch room for two rows of chroma, 16 bit */
function writeRgb(kernel: JpegKernel, planes: Planes, scratch: number, out: number): void {
  const { width, height, luma } = planes;
  const { across, down } = planes.sampling;
  const chroma = Math.ceil(width / across);
  const lastRow = Math.ceil(height / down) - 1;
  for (let y = 0; y < height; y++) {
    const row = luma.at + y * luma.stride;
    const target = out + y * width * 3;
    if (planes.chroma === undefined) {
      kernel.greyRow(row, width, target);
      continue;
    }
    const { cb, cr } = planes.chroma;
    const near = down === 2 ? y >> 1 : y;
    const from = near * cb.stride;
    if (across === 1) {
      kernel.fullRow(row, cb.at + from, cr.at + from, width, target);
      continue;
    }
    // The second nearest chroma row lies above even rows and below odd ones; the picture's border repeats itself.
    const other = Math.min(lastRow, Math.max(0, near + (y % 2 === 0 ? -1 : 1)));
    const far = (other - near) * cb.stride;
    kernel.halfRow(row, cb.at + from, cr.at + from, down === 1, far, width, chroma, scratch, target);
  }
}
