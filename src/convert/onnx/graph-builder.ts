import { floatsOf, widthOf } from './constant.ts';
import { type Layout, NCHW_AXIS, permute, TO_NCHW, TO_NHWC } from './layout.ts';
import { OnnxSink } from './onnx-sink.ts';
import { BatchNeedsNumber, invalid } from './problem.ts';
import type { Computed, Constant, Shape, Value, ValueType } from './value.ts';

/** Up to here a constant is written as float32: shorter than the nodes that would widen it. */
const SMALL = 4096;

/** How many values the operations of one model may make. */
const MAX_VALUES = 200_000;

/** Element type numbers of ONNX. */
export const ONNX_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;

/**
 * An ONNX graph in the making, with the meaning of TensorFlow: shapes are NHWC to the outside, while values of rank 4 lie
 * in NCHW wherever an operation wants that. A change of layout is written once, and only where it is needed.
 */
export class GraphBuilder {
  readonly sink = new OnnxSink();
  readonly #constants = new Map<Constant, Map<string, string>>();
  readonly #layouts = new Map<string, string>();
  #budget: number;
  #parts = MAX_VALUES;

  /** @param sourceBytes size of the model's weights, which bounds what is written */
  constructor(sourceBytes: number) {
    this.#budget = 8 * sourceBytes + 1_000_000;
  }

  /** Counts values against the bound on what one model may make. */
  spend(values: number): void {
    this.#parts -= values;
    if (this.#parts < 0) throw invalid('more values than any model has');
  }

  /** Records what a node computes. */
  computed(name: string, shape: Shape, layout: Layout = 'plain', type: ValueType = 'float32'): Computed {
    return { kind: 'computed', name, shape, layout: shape.length === 4 ? layout : 'plain', type };
  }

  /** Appends a node with one output. */
  node(
    opType: string,
    inputs: readonly string[],
    result: { readonly shape: Shape; readonly layout?: Layout; readonly type?: ValueType },
    attributes: Parameters<OnnxSink['node']>[2] = {},
  ): Computed {
    const name = this.sink.node(opType, inputs, attributes);
    return this.computed(name, result.shape, result.layout, result.type);
  }

  /** Name of the value in a layout. A single number is the same in every layout. */
  read(value: Value, layout: Layout = 'plain'): string {
    if (value.kind === 'computed') return this.#inLayout(value, layout);
    if (value.kind === 'constant') {
      const { shape } = value;
      const channelsFirst = layout === 'nchw' && shape.length > 0 && shape.some((dim) => dim !== 1);
      const padded = channelsFirst ? rankFour(shape) : shape;
      const permutation = channelsFirst ? TO_NCHW : shape.map((_, axis) => axis);
      return this.constant(value, padded, permutation);
    }
    const values = value.values.map((each) => {
      if (each === 'N') throw new BatchNeedsNumber();
      return each;
    });
    const data = new Uint8Array(Int32Array.from(values).buffer);
    return this.sink.constant('known', 'int32', value.shape, data);
  }

  /** Name of the value as real numbers. */
  float(value: Value, layout: Layout = 'plain'): string {
    const name = this.read(value, layout);
    return value.type === 'float32' ? name : this.sink.node('Cast', [name], { to: ONNX_TYPE.float32 });
  }

  /**
   * A constant with its axes in another order.
   *
   * @param shape lengths to read it with: its own, or the same with ones put before
   * @param dims lengths to write (default the permuted ones)
   */
  constant(
    constant: Constant,
    shape: readonly number[],
    permutation: readonly number[],
    dims: readonly number[] = permutation.map((axis) => shape[axis] ?? 1),
  ): string {
    const key = `${permutation.join()} ${dims.join()}`;
    const forms = this.#constants.get(constant) ?? new Map<string, string>();
    this.#constants.set(constant, forms);
    const known = forms.get(key);
    if (known) return known;
    this.#budget -= constant.shape.reduce((product, dim) => product * dim, widthOf(constant));
    if (this.#budget < 0) throw invalid('constants that are used in too many forms');
    const name = this.#write(constant, shape, permutation, dims);
    forms.set(key, name);
    return name;
  }

  /** The layout in which operands can be combined: NCHW as soon as one of them lies so. */
  commonLayout(values: readonly Value[]): Layout {
    const channelsFirst = values.some((value) => value.kind === 'computed' && value.layout === 'nchw');
    return channelsFirst && values.every(({ shape }) => shape.length <= 4) ? 'nchw' : 'plain';
  }

  #write(
    constant: Constant,
    shape: readonly number[],
    permutation: readonly number[],
    dims: readonly number[],
  ): string {
    const { label, type, encoding, data } = constant;
    const moved = (bytes: Uint8Array, width: number) =>
      permutation.every((axis, i) => axis === i) ? bytes : permute(bytes, width, shape, permutation);
    if (encoding.kind === 'plain') {
      return this.sink.constant(label, type, dims, moved(data, widthOf(constant)));
    }
    if (data.byteLength / widthOf(constant) <= SMALL) {
      const floats = new Uint8Array(floatsOf(constant).buffer);
      return this.sink.constant(label, 'float32', dims, moved(floats, 4));
    }
    const storage = encoding.kind === 'float16' ? 'float16' : encoding.storage;
    const stored = this.sink.constant(label, storage, dims, moved(data, widthOf(constant)));
    const wide = this.sink.node('Cast', [stored], { to: ONNX_TYPE.float32 }, `${label}_f32`);
    if (encoding.kind === 'float16') return wide;
    // The runtime folds these three at load, which it does not do with DequantizeLinear.
    const scaled = this.sink.node('Mul', [wide, this.sink.floats(encoding.scale)], {}, `${label}_scaled`);
    return this.sink.node('Add', [scaled, this.sink.floats(encoding.min)], {}, `${label}_real`);
  }

  #inLayout(value: Computed, layout: Layout): string {
    const { name, shape } = value;
    if (value.layout === layout || (layout === 'plain' && shape.length !== 4)) return name;
    if (shape.length > 4) throw invalid(`a value of rank ${shape.length} where at most 4 belongs`);
    if (shape.length === 0) return name;
    const key = `${name} ${layout}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const made = this.#relayout(value, layout);
    this.#layouts.set(key, made);
    return made;
  }

  #relayout({ name, shape }: Computed, layout: Layout): string {
    const [n = 1, h = 1, w = 1, c = 1] = rankFour(shape);
    const permutation = layout === 'nchw' ? TO_NCHW : TO_NHWC;
    // Moving axes of length 1 moves no memory.
    const still = (h === 1 && w === 1) || c === 1;
    const dims = layout === 'nchw' && still ? [n, c, h, w] : [n, h, w, c];
    const reshaped =
      still || shape.length < 4
        ? this.sink.node('Reshape', [name, this.sink.ints(this.reshapeDims(shape, dims))])
        : name;
    return still ? reshaped : this.sink.node('Transpose', [reshaped], { perm: permutation });
  }

  /** Operand of Reshape: an open batch in front is copied, elsewhere it is what remains. */
  reshapeDims(from: Shape, to: Shape): number[] {
    if (to.filter((dim) => dim === 'N').length > 1) throw new BatchNeedsNumber();
    return to.map((dim, i) => (dim !== 'N' ? dim : i === 0 && from[0] === 'N' ? 0 : -1));
  }
}

/** Where an axis of TensorFlow lies in a layout. */
export function placed(axis: number, layout: Layout): number {
  return layout === 'nchw' ? (NCHW_AXIS[axis] ?? axis) : axis;
}

/** A list with one item an axis, in the order of a layout. */
export function ordered<T>(values: readonly T[], layout: Layout): T[] {
  return layout === 'nchw' ? TO_NCHW.flatMap((axis) => values.slice(axis, axis + 1)) : [...values];
}

/** Layout in which a value lies. */
export function layoutOf(value: Value): Layout {
  return value.kind === 'computed' ? value.layout : 'plain';
}

function rankFour<T extends Shape>(shape: T): T[number][] {
  return [...Array<1>(Math.max(0, 4 - shape.length)).fill(1), ...shape];
}
