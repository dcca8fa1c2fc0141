import type { Tensor } from '../../engine/types.ts';
import type { OnnxGraph, OnnxTensor } from '../../models/onnx/types.ts';
import { elements, floatTensor, floatValues } from '../../models/onnx/values.ts';

/** A trained tensor: a part of one array that holds all of them. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly offset: number;
  readonly values: Float32Array;
  /** Weights decay; biases, scales and shifts do not. */
  readonly decays: boolean;
}

/** All trained weights, in one array. */
export interface Parameters {
  readonly all: Float32Array;
  readonly list: readonly Parameter[];
  /** As inputs of a graph. */
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/**
 * Copies the trained constants of a graph, and what is not in the graph from `others`.
 *
 * @param shapes in the order that the array has
 */
export function parametersOf(
  shapes: readonly { readonly name: string; readonly dims: readonly number[] }[],
  graph: Pick<OnnxGraph, 'initializers'>,
  others: ReadonlyMap<string, Float32Array>,
): Parameters {
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const all = new Float32Array(shapes.reduce((sum, { dims }) => sum + elements(dims), 0));
  let offset = 0;
  const list = shapes.map(({ name, dims }): Parameter => {
    const values = all.subarray(offset, offset + elements(dims));
    const constant = constants.get(name);
    values.set(others.get(name) ?? (constant ? floatValues(constant) : []));
    const parameter = {
      name,
      dims,
      offset,
      values,
      decays: dims.filter((length) => length > 1).length > 1,
    };
    offset += values.length;
    return parameter;
  });
  const feeds = Object.fromEntries(
    list.map(({ name, dims, values }) => [name, { type: 'float32', dims, data: values } as const]),
  );
  return { all, list, feeds };
}

/** The constants of a graph with trained ones in place of those of the same names. */
export function withParameters(
  initializers: readonly OnnxTensor[],
  parameters: Parameters,
): readonly OnnxTensor[] {
  const trained = new Map(parameters.list.map((parameter) => [parameter.name, parameter]));
  return initializers.map((tensor) => {
    const found = trained.get(tensor.name);
    return found ? floatTensor(found.name, found.dims, found.values.slice()) : tensor;
  });
}
