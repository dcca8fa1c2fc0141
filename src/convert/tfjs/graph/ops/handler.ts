import { numbersOf } from '../../../onnx/constant.ts';
import type { GraphBuilder } from '../../../onnx/graph-builder.ts';
import { invalid, unsupported } from '../../../onnx/problem.ts';
import type { Value } from '../../../onnx/value.ts';
import type { Padding, Pair, Steps } from '../../../operators/window.ts';
import type { Attributes } from '../attributes.ts';
import type { GraphNode } from '../read-graph.ts';

/** One node on its way into ONNX. */
export class Operation {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly inputs: readonly Value[];

  constructor(graph: GraphBuilder, node: GraphNode, inputs: readonly Value[]) {
    this.graph = graph;
    this.node = node;
    this.inputs = inputs;
  }

  get attributes(): Attributes {
    return this.node.attributes;
  }

  /** The n-th input; negative numbers count from the end. */
  input(n: number): Value {
    const value = this.inputs.at(n);
    if (!value) throw invalid(`no input ${n}`);
    return value;
  }

  /** Values of an input that steers the operation. */
  numbers(n: number, role: string): number[] {
    return numbersOf(this.input(n), role);
  }

  /** The one value of an input that steers the operation. */
  number(n: number, role: string): number {
    const [value, ...more] = this.numbers(n, role);
    if (value === undefined || more.length > 0) throw invalid(`${role}: one number belongs there`);
    return value;
  }
}

/** Writes the ONNX nodes of one node and returns what it gives: one value, or one for each output. */
export type Handler = (operation: Operation) => Value | readonly Value[];

export type Handlers = Readonly<Record<string, Handler>>;

function middle(values: readonly number[], role: string): Pair {
  const [n = 1, h = 1, w = 1, c = 1] = values;
  if (values.length !== 0 && values.length !== 4) throw invalid(`${role} [${values.join(', ')}]`);
  if (n !== 1 || c !== 1) throw unsupported(`${role} along the batch or the channels`);
  return [h, w];
}

/** Height and width of an attribute with four numbers. */
export function pairOf({ attributes }: Operation, name: string): Pair {
  return middle(attributes.numbers(name), name);
}

/** Strides, dilations and padding of a node with a window. */
export function stepsOf(operation: Operation): Steps {
  const { attributes } = operation;
  const format = attributes.text('data_format') ?? 'NHWC';
  if (format !== 'NHWC') throw unsupported(`the data format ${format}`);
  return {
    strides: pairOf(operation, 'strides'),
    dilations: pairOf(operation, 'dilations'),
    padding: paddingOf(attributes),
  };
}

function paddingOf(attributes: Attributes): Padding {
  const padding = attributes.text('padding');
  if (padding === 'SAME') return 'same';
  if (padding === 'VALID') return 'valid';
  const [, , top, bottom, left, right] = attributes.numbers('explicit_paddings');
  if (padding !== 'EXPLICIT' || top === undefined || bottom === undefined) {
    throw invalid(`the padding ${padding}`);
  }
  return { top, bottom, left: left ?? 0, right: right ?? 0 };
}
