import type { BufferPool } from '../../base/buffer-pool.ts';
import { isUnchanged, type SrgbConverter, srgbConverter } from '../colour/srgb-converter.ts';
import { isConvertible } from '../colour/to-srgb.ts';
import type { PictureHeader } from '../formats/headers/types.ts';
import type { InputSpec } from '../input-spec.ts';
import type { TensorData } from '../resize/channel-tables.ts';
import type { Geometry } from '../resize/geometry.ts';
import type { Shrink } from '../resize/reduction.ts';
import { makeTensor } from '../tensor.ts';
import { decodePlanes } from './decode-planes.ts';
import { readBaselinePlan } from './tables.ts';
import { makeTensorFromPlanes, planeShrink } from './tensor.ts';
import { withJpegWasm } from './wasm.ts';

/** Interleaved 8-bit RGB, as it is. */
const LEVELS = {
  layout: 'NHWC',
  width: 1,
  height: 1,
  channelOrder: 'RGB',
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  elementType: 'uint8',
} as const satisfies Partial<InputSpec>;

/**
 * Planes of more pixels would hold their thread for too long, and take more memory than the picture is worth: what must
 * be decoded at its full size is left to libvips beyond that.
 */
const MAX_PLANE_PIXELS = 16_000_000;

/** A tensor made from the planes of a JPEG. */
export interface PlanesTensor {
  readonly data: TensorData;
  /** How many times smaller than the picture its planes were decoded, across and down. */
  readonly shrink: Shrink;
}

/**
 * Decodes a JPEG and makes the tensor from it in one go, without ever making the picture.
 *
 * @param g where the upright picture goes in the tensor
 * @returns undefined where that is not possible, or not good enough
 */
export function prepareJpeg(
  bytes: Uint8Array,
  header: PictureHeader,
  g: Geometry,
  spec: InputSpec,
  pool?: BufferPool,
): PlanesTensor | undefined {
  const shrink = planesShrink(header, g, spec);
  if (shrink === undefined) return undefined;
  const plan = readBaselinePlan(bytes);
  if (plan === undefined || plan.width !== header.width || plan.height !== header.height) return undefined;
  const converter = converterOf(header);
  const data = withJpegWasm((wasm) => {
    const planes = decodePlanes(wasm, bytes, plan, shrink);
    const make = (geometry: Geometry, input: InputSpec) =>
      planes && makeTensorFromPlanes(wasm, planes, header, shrink, geometry, input, pool);
    return converter === undefined ? make(g, spec) : convertBetween(make, converter, g, spec, pool);
  });
  return data && { data, shrink };
}

/**
 * The memory that {@link prepareJpeg} takes at its peak, bytes; undefined where it cannot be used, as far as the header
 * tells. The planes, their source, and the tables of the resize lie in WebAssembly memory.
 */
export function planesCost(header: PictureHeader, g: Geometry, spec: InputSpec): number | undefined {
  const shrink = planesShrink(header, g, spec);
  if (shrink === undefined) return undefined;
  return Math.ceil(PLANES_BASE_BYTES + (header.width * header.height * 3) / shrink ** 2);
}

const PLANES_BASE_BYTES = 8 * 1024 * 1024;

/** How small the planes may be decoded; undefined where the picture does not qualify, as far as its header tells. */
function planesShrink(header: PictureHeader, g: Geometry, spec: InputSpec): Shrink | undefined {
  if (!isPlainJpeg(header)) return undefined;
  const shrink = planeShrink(header, g, spec);
  const tooLarge = shrink !== undefined && (header.width * header.height) / shrink ** 2 > MAX_PLANE_PIXELS;
  return tooLarge ? undefined : shrink;
}

/** Baseline, 8 bit, grey or YCbCr, in colours that can be converted to sRGB; of any size. */
function isPlainJpeg(header: PictureHeader): boolean {
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

/** What to do to the colours; undefined when nothing. */
function converterOf(header: PictureHeader): SrgbConverter | undefined {
  if (header.format !== 'jpeg' || header.profile === undefined) return undefined;
  const converter = srgbConverter(header.profile, header.components);
  return converter && isUnchanged(converter) ? undefined : converter;
}

/** The same in two steps: the resized picture, whose colours are converted, then the tensor. */
function convertBetween(
  make: (g: Geometry, spec: InputSpec) => TensorData | undefined,
  converter: SrgbConverter,
  g: Geometry,
  spec: InputSpec,
  pool: BufferPool | undefined,
): TensorData | undefined {
  const { cropWidth: width, cropHeight: height } = g;
  const picture = { ...g, canvasWidth: width, canvasHeight: height, left: 0, top: 0 };
  const data = make(picture, { ...LEVELS, resize: spec.resize });
  if (!(data instanceof Uint8Array)) return undefined;
  converter.convert(data, width * height);
  const resized = { ...g, resizedWidth: width, resizedHeight: height, cropX: 0, cropY: 0 };
  const tensor = makeTensor({ width, height, data }, resized, spec, pool);
  pool?.give(data);
  return tensor;
}
