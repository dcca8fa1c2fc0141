/** A prepared picture turned left to right: the last axis but one of NHWC, the last of NCHW. */
export function mirrored(
  data: Float32Array,
  { width, layout }: { readonly width: number; readonly layout: 'NCHW' | 'NHWC' },
): Float32Array {
  const result = new Float32Array(data.length);
  if (layout === 'NCHW') {
    for (let row = 0; row < data.length; row += width) {
      for (let x = 0; x < width; x++) result[row + x] = data[row + width - 1 - x] ?? 0;
    }
    return result;
  }
  const stride = 3 * width;
  for (let row = 0; row < data.length; row += stride) {
    for (let x = 0; x < width; x++) {
      const from = row + 3 * (width - 1 - x);
      for (let c = 0; c < 3; c++) result[row + 3 * x + c] = data[from + c] ?? 0;
    }
  }
  return result;
}
