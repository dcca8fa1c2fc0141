import type { OverlayOptions, SharpConstructor } from 'sharp';
import { throwIfAborted } from '../../base/bounded.ts';
import { PictorError } from '../../errors.ts';
import { type DecodeOptions, decodePicture } from '../decode.ts';
import { loadSharp } from '../formats/decoders/sharp.ts';
import { colorsOf } from './colors.ts';
import { drawText, type Fonts, type LabelImage, showable, systemFonts } from './label-image.ts';
import { placeLabel, type Rectangle } from './place-label.ts';

/** One box to draw. */
export interface Annotation {
  /** Pixels of the upright picture. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Text at the box (default none). */
  readonly label?: string;
  /** The label in ASCII, for machines whose fonts cannot show it (default: unknown characters become `?`). */
  readonly fallback?: string;
  /** Boxes of a group have the same colour (default: the place in the list), e.g. the class index. */
  readonly group?: number;
}

export interface AnnotateOptions extends DecodeOptions {
  /** Format of the result (default `jpeg`). */
  readonly format?: 'jpeg' | 'png' | 'webp';
  /** 1 to 100, for `jpeg` and `webp` (default 90). */
  readonly quality?: number;
  /** `built-in` draws with Pictor's font of dots even where the machine has fonts (default `system`). */
  readonly fonts?: 'system' | 'built-in';
}

/**
 * Draws boxes and labels into a picture: readable on any background, lines and text in proportion to the picture.
 *
 * Needs sharp. Chinese labels need a font with Chinese characters on the machine; where there is none, `fallback` is
 * drawn instead. ASCII can always be drawn.
 *
 * @param bytes the encoded picture
 * @param annotations boxes in pixels of the upright picture, drawn in order; parts outside it are cut off
 * @returns the encoded result, upright, without metadata
 * @throws FEATURE_UNSUPPORTED where sharp cannot be loaded, and the codes of {@link decodePicture}
 * @example
 * const marked = await annotate(bytes, [{ box: { x: 10, y: 20, width: 100, height: 80 }, label: 'dog 0.97' }]);
 */
export async function annotate(
  bytes: Uint8Array,
  annotations: readonly Annotation[],
  options: AnnotateOptions = {},
): Promise<Uint8Array> {
  const { format = 'jpeg', quality = 90 } = options;
  const sharp = await loadSharp().catch((cause: unknown) => {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'sharp, to draw into pictures',
      received: 'a machine where it cannot be loaded',
      cause,
    });
  });
  const { width, height, data } = await decodePicture(bytes, options);
  const fonts = options.fonts === 'built-in' ? { latin: false, chinese: false } : await systemFonts(sharp);
  const layers: OverlayOptions[] = [];
  const shapes: string[] = [];
  const taken: Rectangle[] = [];
  for (const [index, annotation] of annotations.entries()) {
    throwIfAborted(options.signal);
    const box = clip(annotation.box, width, height);
    if (box === undefined) continue;
    const { box: color, text: textColor } = colorsOf(annotation.group ?? index);
    // An even width on whole coordinates: the edges are not smeared over two pixels.
    const line = 2 * Math.max(1, Math.round(Math.min(width, height) / 360));
    shapes.push(frame(box, line, color));
    if (!annotation.label) continue;
    const label = await labelOf(sharp, annotation, { width, height, fonts, color: textColor });
    const padding = Math.max(1, Math.round(label.height / 5));
    const plate = { width: label.width + 2 * padding, height: label.height + 2 * padding };
    const place = placeLabel(box, plate, { width, height }, line, taken);
    taken.push(place);
    const { x: left, y: top } = place;
    shapes.push(
      `<rect x="${left}" y="${top}" width="${plate.width}" height="${plate.height}" fill="${color}" stroke="#000" stroke-opacity="0.5"/>`,
    );
    layers.push({ input: label.image, left: left + padding, top: top + padding });
  }
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(overlay), left: 0, top: 0 }, ...layers])
    .removeAlpha()
    .toFormat(format, format === 'png' ? {} : { quality })
    .toBuffer();
}

function clip(box: Rectangle, width: number, height: number): Rectangle | undefined {
  const x = Math.max(0, Math.round(box.x));
  const y = Math.max(0, Math.round(box.y));
  const right = Math.min(width, Math.round(box.x + box.width));
  const bottom = Math.min(height, Math.round(box.y + box.height));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

/** Colour between two dark lines: one of them stands out from whatever is behind. */
function frame({ x, y, width, height }: Rectangle, line: number, color: string): string {
  const at = `x="${x}" y="${y}" width="${width}" height="${height}" fill="none"`;
  return (
    `<rect ${at} stroke="#000" stroke-opacity="0.6" stroke-width="${line + 2}"/>` +
    `<rect ${at} stroke="${color}" stroke-width="${line}"/>`
  );
}

/** The text of a box, no larger than the picture can hold. */
async function labelOf(
  sharp: SharpConstructor,
  { label = '', fallback }: Annotation,
  picture: { readonly width: number; readonly height: number; readonly fonts: Fonts; readonly color: string },
): Promise<LabelImage> {
  const { width, height, fonts, color } = picture;
  const size = Math.max(10, Math.round(Math.min(width, height) / 24));
  const text = showable(label, fallback, fonts);
  const drawn = await drawText(sharp, text, { size, color, fonts });
  const scale = Math.min(1, (width * 0.7) / drawn.width, (height * 0.7) / drawn.height);
  if (scale === 1) return drawn;
  const { data, info } = await sharp(drawn.image)
    .resize(Math.max(1, Math.floor(drawn.width * scale)), Math.max(1, Math.floor(drawn.height * scale)), {
      fit: 'fill',
    })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, image: data };
}
