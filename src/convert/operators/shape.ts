import { type GraphBuilder, layoutOf, ONNX_TYPE, ordered, placed } from '../onnx/graph-builder.ts';
import { BatchNeedsNumber, invalid } from '../onnx/problem.ts';
import { axisOf, broadcast, type Computed, type Dim, type Shape, sizeOf, type Value } from '../onnx/value.ts';

/** Into how many parts a value may be split. */
export const MAX_PARTS = 4096;
const MAX_RANK = 8;

/**
 * The same values with other lengths.
 *
 * @param dims wanted lengths, one of them −1 for what remains
 */
export function reshape(graph: GraphBuilder, x: Value, dims: Shape): Value {
  const shape = resolve(x.shape, dims);
  if (x.kind === 'constant' && sizeOf(shape).batches === 0) {
    return { ...x, shape: shape.filter((dim) => dim !== 'N') };
  }
  const input = x.kind === 'computed' && movesNothing(x) ? x.name : graph.read(x);
  const operand = graph.sink.ints(graph.reshapeDims(x.shape, shape));
  return graph.node('Reshape', [input, operand], { shape, type: x.type });
}

/** Whether NCHW and NHWC lie alike in memory. */
function movesNothing({ shape, layout }: Computed): boolean {
  return layout === 'plain' || (shape[1] === 1 && shape[2] === 1) || shape[3] === 1;
}

function resolve(from: Shape, dims: Shape): Shape {
  if (dims.length > MAX_RANK) throw invalid(`a rank of ${dims.length}`);
  if (dims.some((dim) => dim !== 'N' && (!Number.isInteger(dim) || dim < -1))) {
    throw invalid(`lengths [${dims.join(', ')}]`);
  }
  const have = sizeOf(from);
  const want = sizeOf(dims.map((dim) => (dim === -1 ? 1 : dim)));
  const misfit = () => invalid(`lengths [${dims.join(', ')}] for [${from.join(', ')}]`);
  const open = dims.indexOf(-1);
  if (open !== dims.lastIndexOf(-1)) throw misfit();
  if (open < 0) {
    if (have.batches !== want.batches) throw new BatchNeedsNumber();
    if (have.count !== want.count) throw misfit();
    return dims;
  }
  const rest = have.count / want.count;
  if (have.batches === want.batches && Number.isInteger(rest)) return dims.with(open, rest);
  if (have.batches === want.batches + 1 && rest === 1) return dims.with(open, 'N');
  if (have.batches !== want.batches) throw new BatchNeedsNumber();
  throw misfit();
}

export function expandDims(graph: GraphBuilder, x: Value, axis: number): Value {
  return reshape(graph, x, x.shape.toSpliced(axisOf(axis, x.shape.length + 1), 0, 1));
}

/** Drops axes of length 1: those named, or all. */
export function squeeze(graph: GraphBuilder, x: Value, axes: readonly number[]): Value {
  const { shape } = x;
  const gone = new Set(
    axes.length > 0
      ? axes.map((axis) => axisOf(axis, shape.length))
      : shape.flatMap((dim, i) => (dim === 1 ? [i] : [])),
  );
  if ([...gone].some((axis) => shape[axis] !== 1)) {
    throw invalid(`an axis of [${shape.join(', ')}] that is not 1`);
  }
  return reshape(
    graph,
    x,
    shape.filter((_, i) => !gone.has(i)),
  );
}

export function transpose(graph: GraphBuilder, x: Value, perm: readonly number[]): Value {
  const rank = x.shape.length;
  const axes = perm.map((axis) => axisOf(axis, rank));
  if (new Set(axes).size !== rank || axes.length !== rank) throw invalid(`the order [${perm.join(', ')}]`);
  if (axes.every((axis, i) => axis === i)) return x;
  const layout = layoutOf(x);
  const inMemory = axes.map((axis) => placed(axis, layout));
  const shape = axes.map((axis) => x.shape[axis] ?? 1);
  const still = inMemory.every((axis, i) => axis === i);
  const input = graph.read(x, layout);
  const name = still ? input : graph.sink.node('Transpose', [input], { perm: inMemory });
  return graph.computed(name, shape, 'plain', x.type);
}

export function concat(graph: GraphBuilder, values: readonly Value[], axis: number): Computed {
  const [first] = values;
  if (!first) throw invalid('nothing to join');
  const rank = first.shape.length;
  const along = axisOf(axis, rank);
  const layout = graph.commonLayout(values);
  let length: Dim = 0;
  for (const { shape } of values) {
    const fits = shape.length === rank && shape.every((dim, i) => i === along || dim === first.shape[i]);
    if (!fits) throw invalid(`[${first.shape.join(', ')}] to be joined with [${shape.join(', ')}]`);
    const more: Dim = shape[along] ?? 1;
    if (more === 'N') throw new BatchNeedsNumber();
    length += more;
  }
  const type = values.every((value) => value.type === first.type) ? first.type : 'float32';
  const names = values.map((value) =>
    type === 'float32' ? graph.float(value, layout) : graph.read(value, layout),
  );
  // Operands of rank 4 that are constants come out in NCHW like the others.
  return graph.node(
    'Concat',
    names,
    { shape: first.shape.with(along, length), layout, type },
    { axis: placed(along, rank === 4 ? layout : 'plain') },
  );
}

export function split(graph: GraphBuilder, x: Value, sizes: readonly number[], axis: number): Computed[] {
  const along = axisOf(axis, x.shape.length);
  const length = x.shape[along];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length > MAX_PARTS || sizes.some((size) => !(size >= 1)) || total !== length) {
    throw invalid(`${sizes.length} parts of a length of ${length}`);
  }
  graph.spend(sizes.length);
  const layout = layoutOf(x);
  const parts = graph.sink.nodeOf(
    'Split',
    [graph.read(x, layout), graph.sink.ints(sizes)],
    { axis: placed(along, layout) },
    sizes.map((_, i) => `part_${i}`),
  );
  return parts.map((name, i) => graph.computed(name, x.shape.with(along, sizes[i] ?? 1), layout, x.type));
}

export function pack(graph: GraphBuilder, values: readonly Value[], axis: number): Computed {
  return concat(
    graph,
    values.map((value) => expandDims(graph, value, axis)),
    axis,
  );
}

export function unpack(graph: GraphBuilder, x: Value, axis: number): Value[] {
  const along = axisOf(axis, x.shape.length);
  const length = x.shape[along];
  if (length === 'N') throw new BatchNeedsNumber();
  if (length === undefined || length > MAX_PARTS) throw invalid(`${length} parts`);
  const sizes = Array<number>(length).fill(1);
  return split(graph, x, sizes, along).map((part) => squeeze(graph, part, [along]));
}

export function gather(graph: GraphBuilder, x: Value, indices: Value, axis: number): Computed {
  const along = axisOf(axis, x.shape.length);
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
  if (indices.type !== 'int32') throw invalid('indices that are not whole numbers');
  return graph.node('Gather', [graph.read(x), graph.read(indices)], { shape, type: x.type }, { axis: along });
}

/** Values at positions that name the first axes: [..., n] indices into n axes. */
export function gatherNd(graph: GraphBuilder, x: Value, indices: Value): Computed {
  const depth = indices.shape.at(-1);
  if (indices.type !== 'int32' || typeof depth !== 'number' || depth > x.shape.length) {
    throw invalid('indices that do not fit the value');
  }
  const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
  const at = graph.sink.node('Cast', [graph.read(indices)], { to: ONNX_TYPE.int64 });
  return graph.node('GatherND', [graph.read(x), at], { shape, type: x.type });
}

export function tile(graph: GraphBuilder, x: Value, repeats: readonly number[]): Computed {
  if (repeats.length !== x.shape.length || repeats.some((count) => !(count >= 1 && count <= 65_535))) {
    throw invalid(`repetitions [${repeats.join(', ')}]`);
  }
  const layout = layoutOf(x);
  const shape = x.shape.map((dim, i) => {
    const count = repeats[i] ?? 1;
    if (dim !== 'N') return dim * count;
    if (count !== 1) throw new BatchNeedsNumber();
    return dim;
  });
  const counts = graph.sink.ints(ordered(repeats, layout));
  return graph.node('Tile', [graph.read(x, layout), counts], { shape, layout, type: x.type });
}

export function broadcastTo(graph: GraphBuilder, x: Value, dims: Shape): Computed {
  const shape = broadcast(x.shape, dims);
  if (shape.length !== dims.length || shape.some((dim, axis) => dim !== dims[axis])) {
    throw invalid(`[${x.shape.join(', ')}] as [${dims.join(', ')}]`);
  }
  // A length of 1 keeps what is there, which is how an open batch passes.
  const target = shape.map((dim) => (dim === 'N' ? 1 : dim));
  if (shape.includes('N') && sizeOf(x.shape).batches === 0) throw new BatchNeedsNumber();
  return graph.node('Expand', [graph.read(x), graph.sink.ints(target)], { shape, type: x.type });
}
