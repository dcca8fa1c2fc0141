import type { BufferPool } from './buffer-pool.ts';
import { type DecodeOptions, decodePicture } from './decode.ts';
import type { InputSpec } from './input-spec.ts';
import { placementOf, resolveGeometry } from './resize/geometry.ts';
import { makeTensor } from './tensor.ts';
import type { Picture, PreparedPicture } from './types.ts';

/**
 * Makes the tensor that a model wants from an encoded picture.
 *
 * @param bytes the whole picture
 * @param spec the model's input recipe, from its manifest
 * @param options limits, signal, decoders
 * @returns the tensor, and where it lies on the upright picture
 * @throws the codes of {@link decodePicture}
 * @example
 * const { data, dims } = await preparePicture(bytes, manifest.input);
 */
export async function preparePicture(
  bytes: Uint8Array,
  spec: InputSpec,
  options: DecodeOptions = {},
): Promise<PreparedPicture> {
  const picture = await decodePicture(bytes, options);
  const prepared = preparePixels(picture, spec, options.pool);
  options.pool?.give(picture.data);
  return prepared;
}

/** Makes the tensor from a picture that is decoded already. @param pool where its memory may come from */
export function preparePixels(picture: Picture, spec: InputSpec, pool?: BufferPool): PreparedPicture {
  const { data: _, ...info } = picture;
  const g = resolveGeometry(picture.width, picture.height, spec);
  const { canvasWidth: w, canvasHeight: h } = g;
  return {
    data: makeTensor(picture, g, spec, pool),
    dims: spec.layout === 'NCHW' ? [3, h, w] : [h, w, 3],
    info,
    placement: placementOf(picture.width, picture.height, g),
  };
}
