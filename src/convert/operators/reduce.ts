import { type GraphBuilder, layoutOf, ONNX_TYPE, placed } from '../onnx/graph-builder.ts';
import { invalid } from '../onnx/problem.ts';
import { axisOf, type Computed, type Value } from '../onnx/value.ts';

export type Reduction = 'ReduceMean' | 'ReduceSum' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd';

/** One value out of many, along some axes (all when none is named). */
export function reduce(
  graph: GraphBuilder,
  kind: Reduction,
  x: Value,
  axes: readonly number[],
  keep: boolean,
): Computed {
  const { sink } = graph;
  const rank = x.shape.length;
  if (axes.length > rank) throw invalid(`${axes.length} axes of a value of rank ${rank}`);
  const along = axes.length > 0 ? axes.map((axis) => axisOf(axis, rank)) : x.shape.map((_, i) => i);
  const shape = x.shape.flatMap((dim, i) => (along.includes(i) ? (keep ? [1] : []) : [dim]));
  const space = rank === 4 && along.length === 2 && along.includes(1) && along.includes(2);
  if (kind === 'ReduceMean' && space && layoutOf(x) === 'nchw') {
    const pooled = sink.node('GlobalAveragePool', [graph.float(x, 'nchw')]);
    if (keep) return graph.computed(pooled, shape, 'nchw');
    return graph.node('Flatten', [pooled], { shape });
  }
  // What is left of NCHW after space, or the channels, are gone has the order of TensorFlow.
  const ordered = along.includes(3) || (along.includes(1) && along.includes(2));
  const layout = keep || ordered ? layoutOf(x) : 'plain';
  const inMemory = along.map((axis) => placed(axis, layout));
  const type = x.type === 'int32' ? 'int32' : 'float32';
  const input = type === 'int32' ? graph.read(x, layout) : graph.float(x, layout);
  const result = { shape, layout: keep ? layout : 'plain', type } as const;
  const keepdims = keep ? 1 : 0;
  return kind === 'ReduceSum'
    ? graph.node(kind, [input, sink.ints(inMemory)], result, { keepdims })
    : graph.node(kind, [input], result, { axes: inMemory, keepdims });
}

/** Position of the greatest or least value along an axis. */
export function argReduce(graph: GraphBuilder, kind: 'ArgMax' | 'ArgMin', x: Value, axis: number): Computed {
  const along = axisOf(axis, x.shape.length);
  const shape = x.shape.filter((_, i) => i !== along);
  const at = graph.sink.node(kind, [graph.float(x)], { axis: along, keepdims: 0 });
  return graph.node('Cast', [at], { shape, type: 'int32' }, { to: ONNX_TYPE.int32 });
}

/** The `k` greatest values along the last axis, and their positions. */
export function topK(graph: GraphBuilder, x: Value, k: number): [values: Computed, indices: Computed] {
  const length = x.shape.at(-1);
  if (typeof length !== 'number' || !Number.isInteger(k) || k < 1 || k > length) {
    throw invalid(`the ${k} greatest of ${length} values`);
  }
  const shape = x.shape.with(-1, k);
  const [values = '', positions = ''] = graph.sink.nodeOf(
    'TopK',
    [graph.float(x), graph.sink.ints([k])],
    { axis: -1 },
    ['top_values', 'top_indices'],
  );
  const indices = graph.node('Cast', [positions], { shape, type: 'int32' }, { to: ONNX_TYPE.int32 });
  return [graph.computed(values, shape), indices];
}
