import { createHash } from 'node:crypto';
import { PictorError, toPictorError } from '../../../errors.ts';
import { decodePicture } from '../../../image/decode.ts';
import type { InputSpec } from '../../../image/input-spec.ts';
import { preparePicture, preparePixels } from '../../../image/prepare.ts';
import { readSource } from '../../../image/sources/read-source.ts';
import { mirrored } from '../../augmentation/mirror.ts';
import { vary } from '../../augmentation/vary.ts';
import { seededRandom } from '../../data/random.ts';
import type { FineTuneSettings } from '../options.ts';
import type { TrainingPicture } from '../types.ts';

/** One way of showing a picture: 0 as it is, 1 turned left to right, 2 and more changed at random. */
export type Variant = number;

/** Which variants of each training picture there are. */
export function variantsOf({ flip, crop, color, erase, variants }: FineTuneSettings): readonly Variant[] {
  const plain = flip ? [0, 1] : [0];
  if (crop === 1 && color === 0 && erase === 0) return plain;
  return [...plain, ...Array.from({ length: variants }, (_, i) => i + 2)];
}

/** Hash of a picture's bytes. @throws IMAGE_* naming the file */
export async function contentHash(picture: TrainingPicture): Promise<string> {
  return createHash('sha256')
    .update(await read(picture))
    .digest('hex');
}

/**
 * The tensors of a picture's variants, made by the way that serving takes too.
 *
 * @param hash of the picture's content: the same picture is varied the same way
 * @throws IMAGE_* naming the file
 */
export async function prepareVariants(
  picture: TrainingPicture,
  variants: readonly Variant[],
  input: InputSpec,
  settings: FineTuneSettings,
  hash: string,
): Promise<Float32Array[]> {
  const bytes = await read(picture);
  try {
    const result: Float32Array[] = [];
    const plain = floats((await preparePicture(bytes, input)).data);
    const pixels = variants.some((variant) => variant > 1) ? await decodePicture(bytes) : undefined;
    for (const variant of variants) {
      if (variant === 0 || !pixels) result.push(variant === 0 ? plain : mirrored(plain, input));
      else if (variant === 1) result.push(mirrored(plain, input));
      else {
        const random = seededRandom(settings.seed, `variant ${variant} of ${hash}`);
        const changed = floats(preparePixels(vary(pixels, settings, random), input).data);
        result.push(settings.flip && random() < 0.5 ? mirrored(changed, input) : changed);
      }
    }
    return result;
  } catch (error) {
    throw named(picture, error);
  }
}

async function read(picture: TrainingPicture): Promise<Uint8Array> {
  try {
    return await readSource(picture.source);
  } catch (error) {
    throw named(picture, error);
  }
}

function floats(data: Float32Array | Uint8Array | Int8Array): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

/** The error again, with the name of the file. */
function named({ source }: TrainingPicture, thrown: unknown): PictorError {
  const error = toPictorError(thrown, 'IMAGE_CORRUPT');
  const name = typeof source === 'string' ? source : 'a picture given as bytes';
  const received = error.details.received ? `${error.details.received}, in ${name}` : name;
  return new PictorError(error.code, { ...error.details, received, cause: error });
}
