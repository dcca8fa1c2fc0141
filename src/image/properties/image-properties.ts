import { type DecodeOptions, decodePicture } from '../decode.ts';
import { inputSpecSchema } from '../input-spec.ts';
import { preparePixels } from '../prepare.ts';
import type { Picture, Pixels } from '../types.ts';
import { type DominantColor, dominantColors, lightnessOf } from './colors.ts';

/** What can be said of a picture without knowing what it shows. */
export interface ImageProperties {
  /** Largest share first. */
  readonly dominantColors: readonly DominantColor[];
  /** Mean CIE lightness, 0 (black) to 100 (white). */
  readonly brightness: number;
  /** Twice the standard deviation of CIE lightness: 0 (uniform) to 100 (half black, half white). */
  readonly contrast: number;
  /**
   * 100 × v / (v + 40), v the variance of the 4-neighbour Laplacian of CIE lightness at 512 pixels: 0 (nothing to see) to
   * 100. Good for comparing pictures, not a standard measure.
   */
  readonly sharpness: number;
}

export interface PropertiesOptions extends DecodeOptions {
  /** Most colours wanted, 1 to 20 (default 10). */
  readonly maxColors?: number;
}

/** Longest sides of the pictures that are looked at, pixels. */
const COLOR_SIDE = 96;
const DETAIL_SIDE = 512;

/** The Laplacian variance that counts as half sharp. */
const HALF_SHARP = 40;

/**
 * Computes the dominant colours, brightness, contrast and sharpness of a picture. Foreground and background are not told
 * apart: that would take a model.
 *
 * @param bytes the encoded picture
 * @param options limits, signal, and how many colours (default 10)
 * @throws the codes of {@link decodePicture}
 * @example
 * const { dominantColors, brightness } = await imageProperties(bytes, { maxColors: 3 });
 */
export async function imageProperties(
  bytes: Uint8Array,
  options: PropertiesOptions = {},
): Promise<ImageProperties> {
  const picture = await decodePicture(bytes, options);
  const most = Math.min(20, Math.max(1, Math.trunc(options.maxColors ?? 10)));
  const detail = shrink(picture, DETAIL_SIDE);
  const lightness = lightnessOf(detail);
  const mean = average(lightness);
  const deviation = Math.sqrt(average(lightness.map((value) => (value - mean) ** 2)));
  const v = laplacianVariance(lightness, detail.width, detail.height);
  return {
    dominantColors: dominantColors(shrink(picture, COLOR_SIDE), most),
    brightness: mean,
    contrast: Math.min(100, 2 * deviation),
    sharpness: (100 * v) / (v + HALF_SHARP),
  };
}

function shrink(picture: Picture, longestSide: number): Pixels {
  const spec = inputSpecSchema.parse({
    layout: 'NHWC',
    width: 1,
    height: 1,
    elementType: 'uint8',
    resize: { rule: 'none', longestSide, kernel: 'area' },
  });
  const { data, dims } = preparePixels(picture, spec);
  const [height = 0, width = 0] = dims;
  return { width, height, data: Uint8Array.from(data) };
}

function laplacianVariance(values: Float64Array, width: number, height: number): number {
  if (width < 3 || height < 3) return 0;
  const response = new Float64Array((width - 2) * (height - 2));
  const at = (x: number, y: number) => values[y * width + x] ?? 0;
  let i = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      response[i++] = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y);
    }
  }
  const mean = average(response);
  return average(response.map((value) => (value - mean) ** 2));
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
