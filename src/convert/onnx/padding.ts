/**
 * ONNX `pads` of one axis. SAME puts the odd pixel at the end.
 */
export function padsOf(
  same: boolean,
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
): [number, number] {
  if (!same) return [0, 0];
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1 - size);
  const begin = Math.floor(total / 2);
  return [begin, total - begin];
}
