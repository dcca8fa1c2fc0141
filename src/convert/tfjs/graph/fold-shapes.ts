import { numbersOf } from '../../onnx/constant.ts';
import { axisOf, type Dim, fixed, type Known, type Value } from '../../onnx/value.ts';
import { planSlice } from '../../operators/slice.ts';
import type { GraphNode } from './read-graph.ts';
import { stridedSliceOf } from './strided-slice.ts';

const MAX_VALUES = 64;

type Fold = (inputs: readonly Known[], node: GraphNode) => Known | undefined;

/**
 * Works out a node whose inputs are short lists of whole numbers: the arithmetic with shapes that exporters leave in
 * graphs. The batch stays open through it.
 *
 * @returns undefined when the node is not of that kind
 */
export function foldShape(node: GraphNode, inputs: readonly Value[]): Known | undefined {
  const [first] = inputs;
  if (node.op === 'Shape' && first) return knownList(first.shape);
  if (node.op === 'Rank' && first) return knownScalar(first.shape.length);
  const fold = Object.hasOwn(FOLDS, node.op) ? FOLDS[node.op] : undefined;
  if (!fold) return undefined;
  const known = inputs.map(knownOf);
  return known.every((value) => value !== undefined) ? fold(known, node) : undefined;
}

function knownOf(value: Value): Known | undefined {
  if (value.kind === 'known') return value;
  if (value.kind === 'computed' || value.type !== 'int32' || value.data.byteLength > 4 * MAX_VALUES) {
    return undefined;
  }
  return { kind: 'known', shape: value.shape, type: 'int32', values: numbersOf(value, 'numbers') };
}

function knownList(values: readonly Dim[]): Known {
  return { kind: 'known', shape: [values.length], type: 'int32', values };
}

function knownScalar(value: Dim): Known {
  return { kind: 'known', shape: [], type: 'int32', values: [value] };
}

function reshaped(value: Known | undefined, shape: readonly number[]): Known | undefined {
  const count = shape.reduce((product, dim) => product * dim, 1);
  return value && count === value.values.length ? { ...value, shape } : undefined;
}

/** Arithmetic on lists of one length, or a list and a single number. */
function arithmetic(emit: (a: Dim, b: Dim) => Dim | undefined): Fold {
  return ([a, b]) => {
    if (!a || !b) return undefined;
    const length = Math.max(a.values.length, b.values.length);
    const alike = [a, b].every(({ values }) => values.length === length || values.length === 1);
    if (!alike || length > MAX_VALUES) return undefined;
    const pick = ({ values }: Known, i: number): Dim => values[values.length === 1 ? 0 : i] ?? 0;
    const values = Array.from({ length }, (_, i) => emit(pick(a, i), pick(b, i)));
    if (!values.every((value) => value !== undefined)) return undefined;
    return { ...(a.shape.length >= b.shape.length && a.values.length === length ? a : b), values };
  };
}

/** Numbers only; the batch passes where `neutral` meets it on the right (or on either side). */
function withBatch(
  emit: (a: number, b: number) => number,
  neutral: number,
  commutes: boolean,
): (a: Dim, b: Dim) => Dim | undefined {
  return (a, b) => {
    if (a !== 'N' && b !== 'N') {
      const value = emit(a, b);
      return Number.isFinite(value) ? value : undefined;
    }
    if (a === 'N' && b === neutral) return a;
    return commutes && b === 'N' && a === neutral ? b : undefined;
  };
}

const same: Fold = ([value]) => value;

const product: Fold = ([value, axes], node) => {
  if (value?.shape.length !== 1 || !axes) return undefined;
  const numbers = value.values.filter((each) => each !== 'N').reduce<number>((all, each) => all * each, 1);
  const batches = value.values.filter((each) => each === 'N').length;
  const keep = node.attributes.flag('keep_dims');
  if (batches > 1 || (batches === 1 && numbers !== 1)) return undefined;
  return { ...knownScalar(batches === 1 ? 'N' : numbers), shape: keep ? [1] : [] };
};

const join: Fold = (inputs, node) => {
  const lists = node.op === 'ConcatV2' ? inputs.slice(0, -1) : inputs;
  const rank = node.op === 'ConcatV2' ? 1 : 0;
  if (lists.some(({ shape }) => shape.length !== rank)) return undefined;
  const values = lists.flatMap((each) => each.values);
  return values.length <= MAX_VALUES ? knownList(values) : undefined;
};

const NO_MASKS = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };

const slice: Fold = ([value, begin, end, strides], node) => {
  if (value?.shape.length !== 1 || !begin || !end) return undefined;
  const length = value.values.length;
  const sizes = fixed(end.values);
  const spec =
    node.op === 'Slice'
      ? {
          begin: fixed(begin.values),
          end: sizes.map((size, i) => (size < 0 ? length : size + Number(begin.values[i] ?? 0))),
          strides: sizes.map(() => 1),
          ...NO_MASKS,
        }
      : stridedSliceOf(node, fixed(begin.values), sizes, fixed(strides?.values ?? []));
  const { cuts, shape } = planSlice([length], spec);
  const [cut] = cuts;
  const kept: Dim[] = [];
  const { begin: from, end: to, step } = cut ?? { begin: 0, end: length, step: 1 };
  for (let i = from; step > 0 ? i < to : i > to; i += step) kept.push(value.values[i] ?? 0);
  return reshaped(knownList(kept), fixed(shape));
};

const gather: Fold = ([value, indices]) => {
  if (value?.shape.length !== 1 || !indices) return undefined;
  const values = indices.values.map((at) => (at === 'N' ? undefined : value.values[at]));
  return values.every((each) => each !== undefined) ? { ...indices, values } : undefined;
};

const range: Fold = ([start, limit, delta]) => {
  const [from, to, step] = [start, limit, delta].map((each) => each?.values[0]);
  if (typeof from !== 'number' || typeof to !== 'number' || typeof step !== 'number' || step === 0) {
    return undefined;
  }
  const length = Math.max(0, Math.ceil((to - from) / step));
  return length <= MAX_VALUES ? knownList(Array.from({ length }, (_, i) => from + i * step)) : undefined;
};

const fill: Fold = ([dims, value]) => {
  const each = value?.values[0];
  if (!dims || each === undefined || dims.values.includes('N')) return undefined;
  const shape = fixed(dims.values);
  const length = shape.reduce((all, dim) => all * dim, 1);
  return length <= MAX_VALUES
    ? { kind: 'known', shape, type: 'int32', values: Array<Dim>(length).fill(each) }
    : undefined;
};

const cast: Fold = ([value], node) =>
  ['DT_INT32', 'DT_INT64'].includes(node.attributes.type('DstT') ?? '') ? value : undefined;

const FOLDS: Readonly<Record<string, Fold>> = {
  Add: arithmetic(withBatch((a, b) => a + b, 0, true)),
  AddV2: arithmetic(withBatch((a, b) => a + b, 0, true)),
  Sub: arithmetic(withBatch((a, b) => a - b, 0, false)),
  Mul: arithmetic(withBatch((a, b) => a * b, 1, true)),
  FloorDiv: arithmetic(withBatch((a, b) => Math.floor(a / b), 1, false)),
  Maximum: arithmetic(withBatch(Math.max, 1, true)),
  Minimum: arithmetic(withBatch(Math.min, Number.NaN, false)),
  Identity: same,
  Cast: cast,
  Prod: product,
  Pack: join,
  ConcatV2: join,
  Slice: slice,
  StridedSlice: slice,
  GatherV2: gather,
  Range: range,
  Fill: fill,
  ExpandDims: ([value, axis]) => {
    const at = axis?.values[0];
    if (!value || typeof at !== 'number') return undefined;
    return reshaped(value, value.shape.toSpliced(axisOf(at, value.shape.length + 1), 0, 1));
  },
  Squeeze: ([value]) => reshaped(value, value?.shape.filter((dim) => dim !== 1) ?? []),
  Reshape: ([value, dims]) => {
    if (!value || !dims || dims.values.includes('N')) return undefined;
    const shape = fixed(dims.values);
    const others = shape.filter((dim) => dim !== -1).reduce((all, dim) => all * dim, 1);
    return reshaped(
      value,
      shape.map((dim) => (dim === -1 ? value.values.length / others : dim)),
    );
  },
};
