import { PictorError } from '../../errors.ts';
import { type DecodeOptions, decodePicture } from '../decode.ts';
import { loadSharp } from '../formats/decoders/sharp.ts';

/** A rectangle in pixels of the upright picture. */
interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface CropOptions extends DecodeOptions {
  /** Added on each side, as a share of the box's own width and height, 0..1 (default 0). */
  readonly margin?: number;
  /** Format of the results (default `jpeg`). */
  readonly format?: 'jpeg' | 'png' | 'webp';
  /** 1 to 100, for `jpeg` and `webp` (default 90). */
  readonly quality?: number;
}

/**
 * Cuts rectangles out of a picture, which is decoded once. Needs sharp.
 *
 * @param bytes the encoded picture
 * @param boxes pixels of the upright picture; what lies outside it is left out, and a cut has at least one pixel
 * @returns one encoded picture for each box, in the same order, without metadata
 * @throws OPTION_INVALID, FEATURE_UNSUPPORTED where sharp cannot be loaded, and the codes of {@link decodePicture}
 * @example
 * const [face] = await cropBoxes(bytes, [{ x: 10, y: 20, width: 100, height: 80 }], { margin: 0.1 });
 */
export async function cropBoxes(
  bytes: Uint8Array,
  boxes: readonly Rectangle[],
  { margin = 0, format = 'jpeg', quality = 90, ...decoding }: CropOptions = {},
): Promise<Uint8Array[]> {
  if (!(margin >= 0 && margin <= 1)) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'margin to be a number from 0 to 1',
      received: String(margin),
    });
  }
  const sharp = await loadSharp().catch((cause: unknown) => {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'sharp, to cut pictures',
      received: 'a machine where it cannot be loaded',
      cause,
    });
  });
  const { width, height, data } = await decodePicture(bytes, decoding);
  return Promise.all(
    boxes.map((box) =>
      sharp(data, { raw: { width, height, channels: 3 } })
        .extract(wholePixels(box, margin, width, height))
        .toFormat(format, format === 'png' ? {} : { quality })
        .toBuffer(),
    ),
  );
}

/** Every pixel that a box touches by more than rounding. */
function wholePixels(box: Rectangle, margin: number, width: number, height: number) {
  const left = clamp(Math.floor(box.x - box.width * margin + TOUCH), width - 1);
  const top = clamp(Math.floor(box.y - box.height * margin + TOUCH), height - 1);
  const right = clamp(Math.ceil(box.x + box.width * (1 + margin) - TOUCH), width);
  const bottom = clamp(Math.ceil(box.y + box.height * (1 + margin) - TOUCH), height);
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

const TOUCH = 0.01;

const clamp = (value: number, max: number): number => Math.min(max, Math.max(0, value));
