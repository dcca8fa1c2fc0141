/**
 * What a graph says of itself, for the parts of a manifest that nobody has written.
 *
 * @module
 */
import type { InputSpec } from '../../image/input-spec.ts';
import { ELEMENT, type OnnxModel } from '../onnx/types.ts';
import { feedsOf } from './graph-fit.ts';

/** Facts that could be read; what a graph leaves open is absent. */
export interface GraphFacts {
  readonly input: Partial<
    Pick<InputSpec, 'name' | 'layout' | 'width' | 'height' | 'elementType' | 'channelOrder'>
  >;
  readonly output: { readonly name?: string; readonly softmax: 'inside' | 'outside' | 'sigmoid' };
}

const PICTURE_TYPES = ['float32', 'uint8', 'int8'] as const;
const ACTIVATIONS: Readonly<Record<string, 'inside' | 'sigmoid'>> = { Softmax: 'inside', Sigmoid: 'sigmoid' };

/** Reads layout, size and element type from the first input, and the activation from the node of the first output. */
export function graphFacts({ graph }: OnnxModel): GraphFacts {
  const [feed] = feedsOf(graph);
  const elementType = PICTURE_TYPES.find((name) => ELEMENT[name] === feed?.elementType);
  const output = graph.outputs[0]?.name;
  const last = graph.nodes.find(({ outputs }) => outputs.some((name) => name === output));
  return {
    input: {
      ...(feed && { name: feed.name }),
      ...(elementType && { elementType }),
      ...shapeOf(feed?.dims ?? []),
    },
    output: {
      ...(output !== undefined && { name: output }),
      softmax: ACTIVATIONS[last?.opType ?? ''] ?? 'outside',
    },
  };
}

function shapeOf(
  dims: readonly (number | string)[],
): Pick<GraphFacts['input'], 'layout' | 'width' | 'height' | 'channelOrder'> {
  if (dims.length !== 4) return {};
  const layout =
    dims[1] === 3 || dims[1] === 1 ? 'NCHW' : dims[3] === 3 || dims[3] === 1 ? 'NHWC' : undefined;
  if (!layout) return {};
  const [height, width] = layout === 'NCHW' ? [dims[2], dims[3]] : [dims[1], dims[2]];
  const grey = dims[layout === 'NCHW' ? 1 : 3] === 1;
  return {
    layout,
    ...(grey && { channelOrder: 'GRAY' as const }),
    ...(typeof height === 'number' && height > 0 && { height }),
    ...(typeof width === 'number' && width > 0 && { width }),
  };
}
