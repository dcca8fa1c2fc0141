import { invalid, unsupported } from '../../../onnx/problem.ts';
import type { Shape } from '../../../onnx/value.ts';
import { argReduce, type Reduction, reduce, topK } from '../../../operators/reduce.ts';
import {
  broadcastTo,
  concat,
  expandDims,
  gather,
  gatherNd,
  MAX_PARTS,
  pack,
  reshape,
  split,
  squeeze,
  tile,
  transpose,
  unpack,
} from '../../../operators/shape.ts';
import { planSlice, sliceBy } from '../../../operators/slice.ts';
import { stridedSliceOf } from '../strided-slice.ts';
import type { Handler, Handlers, Operation } from './handler.ts';

/** Lengths that an input gives; the batch may be among them. */
function dims(operation: Operation, n: number): Shape {
  const value = operation.input(n);
  return value.kind === 'known' ? value.values : operation.numbers(n, 'lengths');
}

function reduction(kind: Reduction): Handler {
  return (operation) => {
    const { attributes } = operation;
    const keep = attributes.flag('keep_dims') || attributes.flag('keepDims');
    const axes = operation.numbers(1, 'axes');
    // An empty list of axes leaves the value as it is.
    if (axes.length === 0) return operation.input(0);
    return reduce(operation.graph, kind, operation.input(0), axes, keep);
  };
}

function position(kind: 'ArgMax' | 'ArgMin'): Handler {
  return (operation) => argReduce(operation.graph, kind, operation.input(0), operation.number(1, 'the axis'));
}

const joinFirst: Handler = (operation) =>
  concat(operation.graph, operation.inputs.slice(1), operation.number(0, 'the axis'));

const joinLast: Handler = (operation) =>
  concat(operation.graph, operation.inputs.slice(0, -1), operation.number(-1, 'the axis'));

const splitEvenly: Handler = (operation) => {
  const axis = operation.number(0, 'the axis');
  const count = operation.attributes.number('num_split', 1);
  const x = operation.input(1);
  const length = x.shape.at(axis);
  if (typeof length !== 'number' || !(count >= 1) || count > MAX_PARTS) throw invalid(`${count} parts`);
  return split(operation.graph, x, Array<number>(count).fill(length / count), axis);
};

const splitBySizes: Handler = (operation) => {
  const axis = operation.number(2, 'the axis');
  const sizes = operation.numbers(1, 'sizes');
  const length = operation.input(0).shape.at(axis);
  const rest = Number(length) - sizes.filter((size) => size >= 0).reduce((sum, size) => sum + size, 0);
  return split(
    operation.graph,
    operation.input(0),
    sizes.map((size) => (size < 0 ? rest : size)),
    axis,
  );
};

const slice: Handler = (operation) => {
  const x = operation.input(0);
  const begin = operation.numbers(1, 'positions');
  const size = operation.numbers(2, 'sizes');
  const whole = size.map((each, i) => each < 0 || each === x.shape[i]);
  const endMask = whole.reduce((mask, each, i) => mask | (each ? 1 << i : 0), 0);
  const plan = planSlice(x.shape, {
    begin,
    end: begin.map((at, i) => at + Math.max(0, size[i] ?? 0)),
    strides: begin.map(() => 1),
    beginMask: 0,
    endMask,
    ellipsisMask: 0,
    newAxisMask: 0,
    shrinkAxisMask: 0,
  });
  return sliceBy(operation.graph, x, plan);
};

const stridedSlice: Handler = (operation) => {
  const [begin, end, strides] = [1, 2, 3].map((n) => operation.numbers(n, 'positions'));
  const spec = stridedSliceOf(operation.node, begin ?? [], end ?? [], strides ?? []);
  return sliceBy(operation.graph, operation.input(0), planSlice(operation.input(0).shape, spec));
};

const gatherAlong: Handler = (operation) => {
  if (operation.attributes.number('batch_dims', 0) !== 0) throw unsupported('batches of indices');
  const axis = operation.inputs.length > 2 ? operation.number(2, 'the axis') : 0;
  return gather(operation.graph, operation.input(0), operation.input(1), axis);
};

const top: Handler = (operation) => {
  const k = operation.inputs.length > 1 ? operation.number(1, 'k') : operation.attributes.number('k', 1);
  return topK(operation.graph, operation.input(0), k);
};

const passes: Handler = (operation) => operation.input(0);

/** Operations that move, join, cut and reduce. */
export const SHAPES: Handlers = {
  Identity: passes,
  IdentityN: (operation) => operation.inputs,
  StopGradient: passes,
  Snapshot: passes,
  PreventGradient: passes,
  PlaceholderWithDefault: passes,
  Reshape: (operation) => reshape(operation.graph, operation.input(0), dims(operation, 1)),
  Squeeze: (operation) => {
    const named = operation.attributes.numbers('squeeze_dims');
    const axes = named.length > 0 ? named : operation.attributes.numbers('axis');
    return squeeze(operation.graph, operation.input(0), axes);
  },
  ExpandDims: (operation) => {
    const axis =
      operation.inputs.length > 1 ? operation.number(1, 'the axis') : operation.attributes.number('dim', 0);
    return expandDims(operation.graph, operation.input(0), axis);
  },
  Transpose: (operation) => transpose(operation.graph, operation.input(0), operation.numbers(1, 'the order')),
  Concat: joinFirst,
  ConcatV2: joinLast,
  Pack: (operation) => pack(operation.graph, operation.inputs, operation.attributes.number('axis', 0)),
  Unpack: (operation) => unpack(operation.graph, operation.input(0), operation.attributes.number('axis', 0)),
  Split: splitEvenly,
  SplitV: splitBySizes,
  Slice: slice,
  StridedSlice: stridedSlice,
  Gather: gatherAlong,
  GatherV2: gatherAlong,
  GatherNd: (operation) => gatherNd(operation.graph, operation.input(0), operation.input(1)),
  Tile: (operation) => tile(operation.graph, operation.input(0), operation.numbers(1, 'repetitions')),
  BroadcastTo: (operation) => broadcastTo(operation.graph, operation.input(0), dims(operation, 1)),
  TopKV2: top,
  Mean: reduction('ReduceMean'),
  Sum: reduction('ReduceSum'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  ArgMax: position('ArgMax'),
  ArgMin: position('ArgMin'),
};
