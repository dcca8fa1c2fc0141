import { type GraphBuilder, layoutOf, placed } from '../onnx/graph-builder.ts';
import { axisOf, broadcast, type Computed, type Value } from '../onnx/value.ts';
import { unary } from './elementwise.ts';

/** Functions of one value, by the name of the ONNX operator that has the same meaning. */
export function plain(graph: GraphBuilder, opType: string, x: Value): Computed {
  return unary(graph, x, (input) => graph.sink.node(opType, [input]));
}

/** Cuts values off at both ends. */
export function clip(graph: GraphBuilder, x: Value, low: number, high: number): Computed {
  if (low === 0 && high === Number.POSITIVE_INFINITY) return plain(graph, 'Relu', x);
  const { sink } = graph;
  const ends = [sink.floats(low), ...(Number.isFinite(high) ? [sink.floats(high)] : [])];
  return unary(graph, x, (input) => sink.node('Clip', [input, ...ends]));
}

export function leakyRelu(graph: GraphBuilder, x: Value, alpha: number): Computed {
  return unary(graph, x, (input) => graph.sink.node('LeakyRelu', [input], { alpha: { float: alpha } }));
}

export function elu(graph: GraphBuilder, x: Value, alpha = 1): Computed {
  return unary(graph, x, (input) => graph.sink.node('Elu', [input], { alpha: { float: alpha } }));
}

/** `x < 0 ? slope × x : x` */
export function prelu(graph: GraphBuilder, x: Value, slope: Value): Computed {
  const layout = graph.commonLayout([x, slope]);
  const inputs = [graph.read(x, layout), graph.read(slope, layout)];
  return graph.node('PRelu', inputs, { shape: broadcast(x.shape, slope.shape), layout });
}

/** `clip(x × slope + offset, 0, 1)` */
export function hardSigmoid(graph: GraphBuilder, x: Value, slope: number, offset: number): Computed {
  return unary(graph, x, (input) =>
    graph.sink.node('HardSigmoid', [input], { alpha: { float: slope }, beta: { float: offset } }),
  );
}

/** `x × sigmoid(x)` */
export function swish(graph: GraphBuilder, x: Value): Computed {
  const { sink } = graph;
  return unary(graph, x, (input) => sink.node('Mul', [input, sink.node('Sigmoid', [input])]));
}

/** `x × tanh(log(1 + e^x))` */
export function mish(graph: GraphBuilder, x: Value): Computed {
  const { sink } = graph;
  return unary(graph, x, (input) =>
    sink.node('Mul', [input, sink.node('Tanh', [sink.node('Softplus', [input])])]),
  );
}

/** Gaussian error linear unit: Hendrycks and Gimpel, arXiv:1606.08415. */
export function gelu(graph: GraphBuilder, x: Value, approximate: boolean): Computed {
  const { sink } = graph;
  const inner = (input: string) => {
    if (!approximate) return sink.node('Erf', [sink.node('Mul', [input, sink.floats(Math.SQRT1_2)])]);
    const cube = sink.node('Mul', [sink.node('Mul', [input, input]), input]);
    const sum = sink.node('Add', [input, sink.node('Mul', [cube, sink.floats(0.044715)])]);
    return sink.node('Tanh', [sink.node('Mul', [sum, sink.floats(Math.sqrt(2 / Math.PI))])]);
  };
  return unary(graph, x, (input) =>
    sink.node('Mul', [
      sink.node('Mul', [input, sink.floats(0.5)]),
      sink.node('Add', [inner(input), sink.floats(1)]),
    ]),
  );
}

/** Softmax along one axis. */
export function softmax(
  graph: GraphBuilder,
  x: Value,
  axis = -1,
  opType: 'Softmax' | 'LogSoftmax' = 'Softmax',
): Computed {
  const layout = layoutOf(x);
  const place = placed(axisOf(axis, x.shape.length), layout);
  return unary(graph, x, (input) => graph.sink.node(opType, [input], { axis: place }));
}
