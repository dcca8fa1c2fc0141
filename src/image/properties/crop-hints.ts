import { throwIfAborted } from '../../base/bounded.ts';
import { PictorError } from '../../errors.ts';
import { type DecodeOptions, decodePicture } from '../decode.ts';
import { loadSharp } from '../formats/decoders/sharp.ts';

/** The best cut of one shape. */
export interface CropHint {
  /** As asked for: width ÷ height. */
  readonly aspectRatio: number;
  /** Pixels of the upright picture. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Longest side of the picture that is looked at, pixels. */
const SIDE = 512;

/**
 * Finds, for each shape, the largest cut of the picture that keeps what draws the eye: libvips' attention strategy (edges,
 * saturation, skin tones), which knows nothing of what the picture shows.
 *
 * @param bytes the encoded picture
 * @param aspectRatios width ÷ height of each cut, 0.01 to 100
 * @throws OPTION_INVALID, FEATURE_UNSUPPORTED where sharp cannot be loaded, and the codes of {@link decodePicture}
 * @example
 * const [square] = await cropHints(bytes, [1]);
 */
export async function cropHints(
  bytes: Uint8Array,
  aspectRatios: readonly number[],
  options: DecodeOptions = {},
): Promise<CropHint[]> {
  for (const ratio of aspectRatios) {
    if (!(ratio >= 0.01 && ratio <= 100)) {
      throw new PictorError('OPTION_INVALID', {
        expected: 'aspect ratios of 0.01 to 100',
        received: String(ratio),
      });
    }
  }
  const sharp = await loadSharp().catch((cause: unknown) => {
    throw new PictorError('FEATURE_UNSUPPORTED', { expected: 'sharp, to find crops', cause });
  });
  const picture = await decodePicture(bytes, options);
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const small = await sharp(picture.data, { raw })
    .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = small.info;
  const scale = picture.width / width;
  const hints: CropHint[] = [];
  for (const aspectRatio of aspectRatios) {
    throwIfAborted(options.signal);
    const cut = largest(width, height, aspectRatio);
    const { info } = await sharp(small.data, { raw: { width, height, channels: 3 } })
      .resize(cut.width, cut.height, { fit: 'cover', position: sharp.strategy.attention })
      .raw()
      .toBuffer({ resolveWithObject: true });
    // sharp gives the offsets as negative numbers.
    const whole = largest(picture.width, picture.height, aspectRatio);
    hints.push({
      aspectRatio,
      x: Math.min(picture.width - whole.width, Math.round(Math.abs(info.cropOffsetLeft ?? 0) * scale)),
      y: Math.min(picture.height - whole.height, Math.round(Math.abs(info.cropOffsetTop ?? 0) * scale)),
      ...whole,
    });
  }
  return hints;
}

/** The largest rectangle of a shape that fits. */
function largest(width: number, height: number, ratio: number): { width: number; height: number } {
  if (width / height > ratio) return { width: Math.max(1, Math.round(height * ratio)), height };
  return { width, height: Math.max(1, Math.round(width / ratio)) };
}
