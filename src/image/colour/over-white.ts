/**
 * Puts RGBA pixels onto white, and leaves the alpha channel out.
 *
 * @param rgba interleaved, not premultiplied
 * @param useAlpha false takes every pixel as opaque
 */
export function overWhite(rgba: Uint8Array | Uint8ClampedArray, useAlpha = true): Uint8Array {
  const count = rgba.length >> 2;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0, at = 0, out = 0; i < count; i++, at += 4) {
    const alpha = useAlpha ? (rgba[at + 3] ?? 255) : 255;
    const white = 255 * (255 - alpha);
    for (let c = 0; c < 3; c++) {
      const value = rgba[at + c] ?? 0;
      rgb[out++] = alpha === 255 ? value : Math.round((value * alpha + white) / 255);
    }
  }
  return rgb;
}
