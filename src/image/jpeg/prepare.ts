import type { BufferPool } from '../../base/buffer-pool.ts';
import { isUnchanged, type SrgbConverter, srgbConverter } from '../colour/srgb-converter.ts';
import { isDirectJpeg, isPlainJpeg } from '../formats/decoders/direct-jpeg.ts';
import type { PictureHeader } from '../formats/headers/types.ts';
import type { InputSpec } from '../input-spec.ts';
import type { TensorData } from '../resize/channel-tables.ts';
import type { Geometry } from '../resize/geometry.ts';
import { makeTensor } from '../tensor.ts';
import { decodePlanes } from './decode-planes.ts';
import { readBaselinePlan } from './tables.ts';
import { makeTensorFromPlanes, planeShrink } from './tensor.ts';
import { withJpegKernel } from './wasm.ts';

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
): TensorData | undefined {
  if (!isPlainJpeg(header)) return undefined;
  const shrink = planeShrink(header, g, spec);
  if (shrink === undefined || (shrink === 1 && !isDirectJpeg(header))) return undefined;
  const plan = readBaselinePlan(bytes);
  if (plan === undefined || plan.width !== header.width || plan.height !== header.height) return undefined;
  const converter = converterOf(header);
  return withJpegKernel((kernel) => {
    const planes = decodePlanes(kernel, bytes, plan, shrink);
    const make = (geometry: Geometry, input: InputSpec) =>
      planes && makeTensorFromPlanes(kernel, planes, header, shrink, geometry, input, pool);
    return converter === undefined ? make(g, spec) : convertBetween(make, converter, g, spec, pool);
  });
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
