import { type GraphBuilder, layoutOf, placed } from '../onnx/graph-builder.ts';
import { invalid } from '../onnx/problem.ts';
import type { Dim, Value } from '../onnx/value.ts';
import { reshape } from './shape.ts';

/** What one axis keeps: positions from `begin` up to `end`, every `step`-th. */
interface Cut {
  readonly begin: number;
  readonly end: number;
  readonly step: number;
}

/** Where TensorFlow's bit masks say otherwise than its lists. */
export interface StridedSlice {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** Axes as the masks leave them: what each keeps, which are dropped, where new ones arise. */
export interface SlicePlan {
  /** `undefined` keeps the axis whole. */
  readonly cuts: readonly (Cut | undefined)[];
  readonly shape: readonly Dim[];
}

const bit = (mask: number, i: number) => (mask & (1 << i)) !== 0;

/** Works out what a strided slice keeps of a value of a known shape. */
export function planSlice(shape: readonly Dim[], spec: StridedSlice): SlicePlan {
  const { begin, end, strides } = spec;
  if (begin.length !== end.length || begin.length !== strides.length || begin.length > 30) {
    throw invalid('a slice with lists of different lengths');
  }
  const cuts: (Cut | undefined)[] = [];
  const result: Dim[] = [];
  const named = begin.filter((_, i) => !bit(spec.newAxisMask, i) && !bit(spec.ellipsisMask, i)).length;
  const keep = () => {
    const dim = shape[cuts.length];
    if (dim === undefined) throw invalid(`a slice of more axes than ${shape.length}`);
    cuts.push(undefined);
    result.push(dim);
  };
  for (let i = 0; i < begin.length; i++) {
    if (bit(spec.ellipsisMask, i)) {
      for (let n = shape.length - named; n > 0; n--) keep();
    } else if (bit(spec.newAxisMask, i)) {
      result.push(1);
    } else {
      const dim = shape[cuts.length];
      if (dim === undefined) throw invalid(`a slice of more axes than ${shape.length}`);
      const cut = cutOf(dim, spec, i);
      cuts.push(cut);
      if (!bit(spec.shrinkAxisMask, i)) {
        result.push(cut ? Math.max(0, Math.ceil((cut.end - cut.begin) / cut.step)) : dim);
      }
    }
  }
  while (cuts.length < shape.length) keep();
  return { cuts, shape: result };
}

function cutOf(dim: Dim, spec: StridedSlice, i: number): Cut | undefined {
  const step = spec.strides[i] ?? 1;
  const [from, to] = [spec.begin[i] ?? 0, spec.end[i] ?? 0];
  if (!Number.isInteger(step) || step === 0) throw invalid(`a slice with a step of ${step}`);
  const all = bit(spec.beginMask, i) && bit(spec.endMask, i) && step === 1;
  if (dim === 'N') {
    if (all || (from === 0 && step === 1 && bit(spec.endMask, i))) return undefined;
    throw invalid('a slice of the batch');
  }
  if (bit(spec.shrinkAxisMask, i)) {
    const at = from < 0 ? from + dim : from;
    if (!(at >= 0 && at < dim)) throw invalid(`the position ${from} of a length of ${dim}`);
    return { begin: at, end: at + 1, step: 1 };
  }
  const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1];
  const clamp = (at: number) => Math.min(high, Math.max(low, at < 0 ? at + dim : at));
  const begin = bit(spec.beginMask, i) ? (step > 0 ? low : high) : clamp(from);
  const end = bit(spec.endMask, i) ? (step > 0 ? high : low) : clamp(to);
  return begin === 0 && end === dim && step === 1 ? undefined : { begin, end, step };
}

/** The part of a value that a plan keeps. */
export function sliceBy(graph: GraphBuilder, x: Value, { cuts, shape }: SlicePlan): Value {
  const layout = layoutOf(x);
  const axes = cuts.flatMap((cut, axis) => (cut ? [{ axis, cut }] : []));
  const kept = x.shape.map((dim, axis) => {
    const cut = cuts[axis];
    return cut ? Math.max(0, Math.ceil((cut.end - cut.begin) / cut.step)) : dim;
  });
  if (kept.includes(0)) throw invalid('a slice that keeps nothing');
  const { sink } = graph;
  const part =
    axes.length === 0
      ? x
      : graph.node(
          'Slice',
          [
            graph.read(x, layout),
            sink.ints(axes.map(({ cut }) => cut.begin)),
            // Backwards, −1 would mean the last position; the least number means "past the first".
            sink.ints(axes.map(({ cut }) => (cut.end < 0 ? -(2 ** 31) : cut.end))),
            sink.ints(axes.map(({ axis }) => placed(axis, layout))),
            sink.ints(axes.map(({ cut }) => cut.step)),
          ],
          { shape: kept, layout, type: x.type },
        );
  const same = shape.length === kept.length && shape.every((dim, i) => dim === kept[i]);
  return same ? part : reshape(graph, part, shape);
}
