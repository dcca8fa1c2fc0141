import { type GraphBuilder, layoutOf, ONNX_TYPE } from '../onnx/graph-builder.ts';
import { invalid } from '../onnx/problem.ts';
import { broadcast, type Computed, type Value, type ValueType } from '../onnx/value.ts';

/** Applies a chain of nodes to one value, in the layout that it has. */
export function unary(
  graph: GraphBuilder,
  x: Value,
  emit: (input: string) => string,
  type: ValueType = 'float32',
): Computed {
  const layout = layoutOf(x);
  const name = emit(type === 'float32' ? graph.float(x, layout) : graph.read(x, layout));
  return graph.computed(name, x.shape, layout, type);
}

export type Binary = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Pow' | 'Max' | 'Min';

/** Arithmetic on two values that are broadcast against each other. */
export function binary(graph: GraphBuilder, kind: Binary, a: Value, b: Value): Computed {
  const shape = broadcast(a.shape, b.shape);
  const layout = graph.commonLayout([a, b]);
  const [p, q, type] = operands(graph, a, b, layout);
  return graph.node(kind, [p, q], { shape, layout, type });
}

/** A question about two values. */
export function compare(
  graph: GraphBuilder,
  kind: 'Equal' | 'Less' | 'LessOrEqual' | 'Greater' | 'GreaterOrEqual',
  a: Value,
  b: Value,
): Computed {
  const shape = broadcast(a.shape, b.shape);
  const layout = graph.commonLayout([a, b]);
  const [p, q] = operands(graph, a, b, layout);
  return graph.node(kind, [p, q], { shape, layout, type: 'bool' });
}

export function logical(graph: GraphBuilder, kind: 'And' | 'Or', a: Value, b: Value): Computed {
  const shape = broadcast(a.shape, b.shape);
  const layout = graph.commonLayout([a, b]);
  return graph.node(kind, [graph.read(a, layout), graph.read(b, layout)], { shape, layout, type: 'bool' });
}

/** `condition ? a : b`, value by value. */
export function select(graph: GraphBuilder, condition: Value, a: Value, b: Value): Computed {
  if (condition.type !== 'bool') throw invalid('a condition that is not true or false');
  const shape = broadcast(broadcast(condition.shape, a.shape), b.shape);
  const layout = graph.commonLayout([condition, a, b]);
  const [p, q, type] = operands(graph, a, b, layout);
  return graph.node('Where', [graph.read(condition, layout), p, q], { shape, layout, type });
}

/** The quotient rounded down, also for whole numbers, where the runtime rounds towards zero. */
export function floorDiv(graph: GraphBuilder, a: Value, b: Value): Computed {
  const { sink } = graph;
  const shape = broadcast(a.shape, b.shape);
  const layout = graph.commonLayout([a, b]);
  const [p, q, type] = operands(graph, a, b, layout);
  if (type !== 'int32') {
    return graph.computed(sink.node('Floor', [sink.node('Div', [p, q])]), shape, layout);
  }
  const whole = sink.node('Sub', [p, sink.node('Mod', [p, q])]);
  return graph.node('Div', [whole, q], { shape, layout, type });
}

/** The remainder with the sign of the divisor. */
export function floorMod(graph: GraphBuilder, a: Value, b: Value): Computed {
  const { sink } = graph;
  const shape = broadcast(a.shape, b.shape);
  const layout = graph.commonLayout([a, b]);
  const [p, q, type] = operands(graph, a, b, layout);
  if (type === 'int32') return graph.node('Mod', [p, q], { shape, layout, type });
  const whole = sink.node('Mul', [sink.node('Floor', [sink.node('Div', [p, q])]), q]);
  return graph.node('Sub', [p, whole], { shape, layout });
}

export function squaredDifference(graph: GraphBuilder, a: Value, b: Value): Computed {
  const difference = binary(graph, 'Sub', a, b);
  return graph.node('Mul', [difference.name, difference.name], difference);
}

export function cast(graph: GraphBuilder, x: Value, type: ValueType): Value {
  if (x.type === type) return x;
  const layout = layoutOf(x);
  return graph.node(
    'Cast',
    [graph.read(x, layout)],
    { shape: x.shape, layout, type },
    { to: ONNX_TYPE[type] },
  );
}

/** Both operands as the same type: whole numbers stay whole only among themselves. */
function operands(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  layout: 'nchw' | 'plain',
): [a: string, b: string, type: ValueType] {
  if (a.type === b.type && a.type !== 'bool') return [graph.read(a, layout), graph.read(b, layout), a.type];
  return [graph.float(a, layout), graph.float(b, layout), 'float32'];
}
