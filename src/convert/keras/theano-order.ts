import { floatsOf } from '../onnx/constant.ts';
import type { Constant } from '../onnx/value.ts';

/**
 * Kernels of Theano, [out, in, height, width] and turned by half a circle, as TensorFlow has them. Other tensors stay.
 */
export function kernelsOfTheano(tensors: readonly Constant[]): readonly Constant[] {
  return tensors.map((tensor) => (tensor.shape.length === 4 ? turned(tensor) : tensor));
}

function turned(tensor: Constant): Constant {
  const [out = 1, inputs = 1, height = 1, width = 1] = tensor.shape;
  return {
    kind: 'constant',
    label: tensor.label,
    type: 'float32',
    encoding: { kind: 'plain' },
    shape: [height, width, inputs, out],
    get data() {
      const from = floatsOf(tensor);
      const to = new Float32Array(from.length);
      let at = 0;
      for (let y = height - 1; y >= 0; y--) {
        for (let x = width - 1; x >= 0; x--) {
          for (let i = 0; i < inputs; i++) {
            for (let o = 0; o < out; o++) to[at++] = from[((o * inputs + i) * height + y) * width + x] ?? 0;
          }
        }
      }
      return new Uint8Array(to.buffer);
    },
  };
}
