import type { InputSpec } from './input-spec.ts';
import type { Geometry } from './resize/geometry.ts';

/**
 * Writes resized pixels into the tensor that the recipe describes: rounded to 8 bit as training saw them, then
 * `(pixel × scale − mean) / std` in the tensor's own channel order and layout.
 *
 * @param pixels interleaved RGB, 0..255, `cropWidth × cropHeight`
 */
export function toTensor(
  pixels: Float32Array,
  g: Geometry,
  spec: InputSpec,
): Float32Array | Uint8Array | Int8Array {
  const { canvasWidth, canvasHeight } = g;
  const area = canvasWidth * canvasHeight;
  const tensor = allocate(spec.elementType, area * 3);
  const planar = spec.layout === 'NCHW';
  for (let c = 0; c < 3; c++) {
    const from = spec.channelOrder === 'RGB' ? c : 2 - c;
    const table = valueTable(spec, c);
    const step = planar ? 1 : 3;
    const base = planar ? c * area : c;
    if (g.cropWidth !== canvasWidth || g.cropHeight !== canvasHeight) {
      const empty = table[clamp8(g.fill[from] ?? 0)] ?? 0;
      for (let i = 0; i < area; i++) tensor[base + i * step] = empty;
    }
    for (let y = 0; y < g.cropHeight; y++) {
      let out = base + ((g.top + y) * canvasWidth + g.left) * step;
      let at = y * g.cropWidth * 3 + from;
      for (let x = 0; x < g.cropWidth; x++, out += step, at += 3) {
        tensor[out] = table[clamp8(pixels[at] ?? 0)] ?? 0;
      }
    }
  }
  return tensor;
}

/** The tensor value of each of the 256 pixel values, for one channel of the tensor. */
export function valueTable(spec: InputSpec, channel: number): Float32Array {
  const mean = spec.mean[channel] ?? 0;
  const std = spec.std[channel] ?? 1;
  const [low, high] = spec.elementType === 'int8' ? [-128, 127] : [0, 255];
  return Float32Array.from({ length: 256 }, (_, pixel) => {
    const value = (pixel * spec.scale - mean) / std;
    return spec.elementType === 'float32' ? value : Math.min(high, Math.max(low, Math.round(value)));
  });
}

function clamp8(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}

function allocate(type: InputSpec['elementType'], length: number): Float32Array | Uint8Array | Int8Array {
  if (type === 'float32') return new Float32Array(length);
  return type === 'uint8' ? new Uint8Array(length) : new Int8Array(length);
}
