import { padsOf } from '../onnx/padding.ts';
import { invalid } from '../onnx/problem.ts';

/** What lies outside the picture: SAME and VALID of TensorFlow, or pixels given one by one. */
export type Padding =
  | 'same'
  | 'valid'
  | { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };

export type Pair = readonly [height: number, width: number];

/** Steps and border of a convolution or pooling. */
export interface Steps {
  readonly strides: Pair;
  readonly dilations?: Pair;
  readonly padding: Padding;
}

const MAX_STEP = 65_535;

/** ONNX attributes of a window that moves over a picture, and the size of what it leaves. */
export function windowOf(size: Pair, kernel: Pair, { strides, dilations = [1, 1], padding }: Steps) {
  for (const value of [...kernel, ...strides, ...dilations]) {
    if (!Number.isInteger(value) || value < 1 || value > MAX_STEP) {
      throw invalid(`a window, stride or dilation of ${value}`);
    }
  }
  const along = (axis: 0 | 1) => {
    const [length, stride, dilation] = [size[axis], strides[axis], dilations[axis]];
    const reach = (kernel[axis] - 1) * dilation + 1;
    const [begin, end] =
      typeof padding === 'string'
        ? padsOf(padding === 'same', length, kernel[axis], stride, dilation)
        : axis === 0
          ? [padding.top, padding.bottom]
          : [padding.left, padding.right];
    if (!(begin >= 0 && end >= 0 && begin <= MAX_STEP && end <= MAX_STEP))
      throw invalid('a negative padding');
    const out = Math.floor((length + begin + end - reach) / stride) + 1;
    if (out < 1) throw invalid(`a window of ${reach} pixels over ${length}`);
    return { begin, end, out };
  };
  const [rows, columns] = [along(0), along(1)];
  return {
    height: rows.out,
    width: columns.out,
    attributes: {
      kernel_shape: kernel,
      strides,
      dilations,
      pads: [rows.begin, columns.begin, rows.end, columns.end],
    },
  };
}
