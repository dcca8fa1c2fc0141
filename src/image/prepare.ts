import { throwIfAborted } from '../base/bounded.ts';
import { decodeCost } from './cost.ts';
import { type DecodeOptions, decodeInspected } from './decode.ts';
import { itemShape } from './input-shape.ts';
import type { InputSpec } from './input-spec.ts';
import { type Inspected, inspectHeader } from './inspect.ts';
import { planesCost, prepareJpeg } from './jpeg/prepare.ts';
import { type Geometry, placementOf, resolveGeometry } from './resize/geometry.ts';
import { reductionToSave, type Shrink } from './resize/reduction.ts';
import { makeTensor } from './tensor.ts';
import type { Picture, PictureInfo, PreparedPicture, Preprocessing } from './types.ts';

export interface PrepareOptions extends DecodeOptions {
  /** Default `fast`. */
  readonly preprocessing?: Preprocessing;
}

/**
 * Makes the tensor that a model wants from an encoded picture.
 *
 * @param bytes the whole picture
 * @param spec the model's input recipe, from its manifest
 * @param options limits, signal, decoders, whether to be exact
 * @returns the tensor, and where it lies on the upright picture
 * @throws the codes of {@link decodePicture}
 * @example
 * const { data, dims } = await preparePicture(bytes, manifest.input);
 */
export async function preparePicture(
  bytes: Uint8Array,
  spec: InputSpec,
  options: PrepareOptions = {},
): Promise<PreparedPicture> {
  throwIfAborted(options.signal);
  const inspected = await inspectHeader(bytes, options);
  const { info, header } = inspected;
  const g = resolveGeometry(info.width, info.height, spec);
  const fast = options.preprocessing !== 'exact';
  if (fast && (options.decoders?.includes('planes') ?? true)) {
    const made = prepareJpeg(bytes, header, g, spec, options.pool);
    if (made) return prepared(made.data, info, g, spec, { decoder: 'planes', shrink: made.shrink });
  }
  const wanted = fast ? wantedShrink(info, g, spec) : 1;
  const { pixels, decoder } = await decodeInspected(bytes, inspected, options, wanted);
  const data = makeTensor(pixels, g, spec, options.pool, !fast);
  options.pool?.give(pixels.data);
  const shrink = pixels.width === info.width && pixels.height === info.height ? 1 : wanted;
  return prepared(data, info, g, spec, { decoder, shrink });
}

/**
 * The memory that {@link preparePicture} may take at its peak, bytes, from what is known before.
 *
 * @param preprocessing default `fast`
 */
export function prepareCost(
  { info, header }: Inspected,
  spec: InputSpec,
  preprocessing: Preprocessing = 'fast',
): number {
  const g = resolveGeometry(info.width, info.height, spec);
  if (preprocessing === 'exact') return decodeCost(header, 1);
  const planes = planesCost(header, g, spec);
  return planes ?? decodeCost(header, wantedShrink(info, g, spec));
}

/** How small a picture that is decoded whole may be. */
function wantedShrink(info: PictureInfo, g: Geometry, spec: InputSpec): Shrink {
  const ratio = Math.min(info.width / g.resizedWidth, info.height / g.resizedHeight);
  return reductionToSave(info.width * info.height, ratio, spec.resize.kernel);
}

/** Makes the tensor from a picture that is decoded already. */
export function preparePixels(
  picture: Picture,
  spec: InputSpec,
  { pool, preprocessing }: Pick<PrepareOptions, 'pool' | 'preprocessing'> = {},
): PreparedPicture {
  const { data: _, ...info } = picture;
  const g = resolveGeometry(picture.width, picture.height, spec);
  return prepared(makeTensor(picture, g, spec, pool, preprocessing === 'exact'), info, g, spec, undefined);
}

function prepared(
  data: PreparedPicture['data'],
  info: PictureInfo,
  g: Geometry,
  spec: InputSpec,
  decoding: PreparedPicture['decoding'],
): PreparedPicture {
  const { canvasWidth: w, canvasHeight: h } = g;
  return {
    data,
    dims: itemShape(spec, h, w),
    info,
    placement: placementOf(info.width, info.height, g),
    decoding,
  };
}
