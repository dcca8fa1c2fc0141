import type { SharpConstructor } from 'sharp';
import { DOT_ROWS, dotColumns, dotPath } from './dot-font.ts';

/** A text as a transparent picture. */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  /** PNG. */
  readonly image: Buffer;
}

/** What the machine's fonts can show. */
export interface Fonts {
  readonly latin: boolean;
  readonly chinese: boolean;
}

let known: Promise<Fonts> | undefined;

/**
 * Finds out what the machine's fonts can show, once. Text without a font comes out as boxes with the character's number
 * in them; so a stroke that should be flat, or narrow, is drawn and measured.
 */
export function systemFonts(sharp: SharpConstructor): Promise<Fonts> {
  known ??= (async () => {
    const bar = await inkOf(sharp, 'l');
    const dash = await inkOf(sharp, '一');
    return {
      latin: bar !== undefined && bar.width * 2 < bar.height,
      chinese: dash !== undefined && dash.height * 2 < dash.width,
    };
  })();
  return known;
}

async function inkOf(
  sharp: SharpConstructor,
  text: string,
): Promise<{ width: number; height: number } | undefined> {
  try {
    const { info } = await sharp({ text: { text, font: 'sans 40', dpi: 72 } })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return info;
  } catch {
    return undefined;
  }
}

/**
 * Chooses what of a label can be shown: itself where there are glyphs for it, else its fallback, else what the font of
 * dots makes of it.
 *
 * @param label the wanted text
 * @param fallback the same in ASCII
 */
export function showable(label: string, fallback: string | undefined, fonts: Fonts): string {
  const text = oneLine(label);
  if (isAscii(text)) return text;
  // Beyond ASCII and below the CJK blocks, a font for Latin text is the best guess there is.
  const fits = /[\u2e80-\u{3ffff}]/u.test(text) ? fonts.chinese : fonts.latin;
  return fits || fallback === undefined ? text : oneLine(fallback);
}

/**
 * Draws one line of text.
 *
 * @param size height of a line, pixels
 * @param color CSS colour
 */
export async function drawText(
  sharp: SharpConstructor,
  text: string,
  { size, color, fonts }: { readonly size: number; readonly color: string; readonly fonts: Fonts },
): Promise<LabelImage> {
  const system = isAscii(text) ? fonts.latin : fonts.latin || fonts.chinese;
  if (!system) return drawDots(sharp, text, size, color);
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="${color}">${escapeMarkup(text)}</span>`,
      font: `sans bold ${Math.round(size * 0.8)}`,
      dpi: 72,
      rgba: true,
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, image: data };
}

async function drawDots(
  sharp: SharpConstructor,
  text: string,
  size: number,
  color: string,
): Promise<LabelImage> {
  const scale = Math.max(1, Math.floor(size / DOT_ROWS));
  const width = Math.max(1, dotColumns(text)) * scale;
  const height = DOT_ROWS * scale;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><path shape-rendering="crispEdges" fill="${color}" transform="scale(${scale})" d="${dotPath(text)}"/></svg>`;
  return { width, height, image: await sharp(Buffer.from(svg)).png().toBuffer() };
}

/** Control characters have no place in a label, and markup none in a text. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
