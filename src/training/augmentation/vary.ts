import type { Picture } from '../../image/types.ts';
import type { Random } from '../data/random.ts';

/** How far a picture may be changed. */
export interface Variation {
  /** Smallest part of the area that is kept, 0..1. */
  readonly crop: number;
  /** Largest change of brightness, contrast and saturation, 0..1. */
  readonly color: number;
  /** Largest part of the area that is blanked out, 0..1. */
  readonly erase: number;
}

/** Aspect ratio of a crop, relative to the picture's; and of an erased box. */
const CROP_ASPECT = 4 / 3;
const ERASE_ASPECT = 3;

/**
 * A picture changed at random: cropped, its colours shifted, a box blanked out.
 *
 * @see Zhong et al., "Random Erasing Data Augmentation", 2020
 */
export function vary(picture: Picture, { crop, color, erase }: Variation, random: Random): Picture {
  let result = picture;
  if (crop < 1) result = cropped(result, box(result, crop + random() * (1 - crop), CROP_ASPECT, random));
  // Everything below changes pixels in place.
  if (result === picture && (color > 0 || erase > 0)) result = { ...picture, data: picture.data.slice() };
  if (color > 0) shiftColors(result.data, color, random);
  if (erase > 0) blank(result, box(result, random() * erase, ERASE_ASPECT, random));
  return result;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function box({ width, height }: Picture, area: number, aspect: number, random: Random): Box {
  const stretch = aspect ** (random() - 0.5);
  const clamp = (value: number, most: number) => Math.max(1, Math.min(most, Math.round(value)));
  const w = clamp(width * Math.sqrt(area) * stretch, width);
  const h = clamp((height * Math.sqrt(area)) / stretch, height);
  const x = Math.floor(random() * (width - w + 1));
  const y = Math.floor(random() * (height - h + 1));
  return { x, y, width: w, height: h };
}

function cropped(picture: Picture, { x, y, width, height }: Box): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * 3;
    data.set(picture.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { ...picture, width, height, data };
}

/** `grey + (value − grey) · saturation`, then the same about the mean for contrast, then times brightness. */
function shiftColors(data: Uint8Array, most: number, random: Random): void {
  const factor = () => 1 + (2 * random() - 1) * most;
  const [brightness, contrast, saturation] = [factor(), factor(), factor()];
  let mean = 0;
  for (const value of data) mean += value;
  mean /= data.length;
  const scale = contrast * brightness;
  const offset = mean * (1 - contrast) * brightness;
  for (let i = 0; i < data.length; i += 3) {
    const [r = 0, g = 0, b = 0] = [data[i], data[i + 1], data[i + 2]];
    const grey = 0.299 * r + 0.587 * g + 0.114 * b;
    const flat = (1 - saturation) * grey;
    data[i] = byte((r * saturation + flat) * scale + offset);
    data[i + 1] = byte((g * saturation + flat) * scale + offset);
    data[i + 2] = byte((b * saturation + flat) * scale + offset);
  }
}

function byte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}

const GREY = 128;

function blank(picture: Picture, { x, y, width, height }: Box): void {
  for (let row = y; row < y + height; row++) {
    const from = (row * picture.width + x) * 3;
    picture.data.fill(GREY, from, from + width * 3);
  }
}
