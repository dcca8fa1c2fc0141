/** A colour for boxes, and one for text on it. */
export interface LabelColors {
  readonly box: string;
  readonly text: '#000000' | '#ffffff';
}

/** Degrees between neighbours that stay far apart however many there are: the golden angle. */
const GOLDEN_ANGLE = 137.508;

/**
 * A strong colour for a group of boxes; the same group always has the same.
 *
 * @param group any integer, e.g. a class index
 */
export function colorsOf(group: number): LabelColors {
  const hue = (((group * GOLDEN_ANGLE + 15) % 360) + 360) % 360;
  const [r, g, b] = [channel(hue, 0), channel(hue, 8), channel(hue, 4)];
  const luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const hex = [r, g, b].map((value) =>
    Math.round(value * 255)
      .toString(16)
      .padStart(2, '0'),
  );
  // WCAG 2: black is the better contrast above this luminance.
  return { box: `#${hex.join('')}`, text: luminance > 0.179 ? '#000000' : '#ffffff' };
}

/** HSL to RGB (CSS Color 4) at 95 % saturation and 50 % lightness. */
function channel(hue: number, offset: number): number {
  const k = (offset + hue / 30) % 12;
  return 0.5 - 0.475 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
