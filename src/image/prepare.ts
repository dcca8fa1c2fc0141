import { decodePicture } from './decode.ts';
import type { InputSpec } from './input-spec.ts';
import type { ImageOptions } from './limits.ts';
import { placementOf, resolveGeometry } from './resize/geometry.ts';
import { resample } from './resize/resample.ts';
import { toTensor } from './tensor.ts';
import type { Picture, PreparedPicture } from './types.ts';

export async function preparePicture(
  bytes: Uint8Array,
  spec: InputSpec,
  options: ImageOptions = {},
): Promise<PreparedPicture> {
  return preparePixels(await decodePicture(bytes, options), spec);
}

/** Makes the tensor from a picture that is decoded already. */
export function preparePixels(picture: Picture, spec: InputSpec): PreparedPicture {
  const { data: _, ...info } = picture;
  const g = resolveGeometry(picture.width, picture.height, spec);
  const data = toTensor(resample(picture, g, spec.resize.kernel), g, spec);
  const { canvasWidth: w, canvasHeight: h } = g;
  return {
    data,
    dims: spec.layout === 'NCHW' ? [3, h, w] : [h, w, 3],
    info,
    placement: placementOf(picture.width, picture.height, g),
  };
}
