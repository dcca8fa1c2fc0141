import type { AttributeInput } from '../../convert/onnx/onnx-sink.ts';
import type { OnnxNode } from '../../models/onnx/types.ts';

/** What a rule sees of one node of the forward graph, and how it writes the node's gradient. */
export interface GradientContext {
  /** In the form of opset 18, with explicit padding (see `graph/canonical.ts`). */
  readonly node: OnnxNode;
  /** Gradient of the loss by each output; undefined where the loss does not depend on it. */
  readonly dY: readonly (string | undefined)[];
  /** Lengths of any tensor of the forward graph. */
  shape(tensor: string): readonly number[];
  /** Values of an integer constant, e.g. axes; undefined for anything that is computed. */
  integers(tensor: string | undefined): readonly number[] | undefined;
  /** Value of a float constant with one element; undefined for anything else. */
  scalar(tensor: string): number | undefined;
  /** Whether anything depends on the gradient by this input. */
  wants(input: number): boolean;
  /** A further output of the forward node, e.g. the indices of MaxPool. */
  extraOutput(index: number): string;
  /** Appends a node with one output. */
  op(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeInput>>,
  ): string;
  /** Appends a node with several outputs. */
  ops(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>>,
    outputs: number,
  ): readonly string[];
  /** A constant of int64. */
  ints(values: readonly number[]): string;
  /** A constant of float32: a scalar, or values of a shape. */
  floats(values: number | Float32Array, shape?: readonly number[]): string;
}

/**
 * How the gradient of an operator is written in ordinary ONNX operators.
 *
 * @example
 * const exp: GradientRule = {
 *   operators: ['Exp'],
 *   gradient: ({ node, dY: [dY = ''], op }) => [op('Mul', [dY, node.outputs[0] ?? ''])],
 * };
 */
export interface GradientRule {
  /** Operators of the standard domain that it is for. */
  readonly operators: readonly string[];
  /** Names of the gradients by the inputs, in their order; undefined where there is none or none is wanted. */
  gradient(context: GradientContext): readonly (string | undefined)[];
  /** Says what of this node has no gradient here, e.g. `3 spatial axes`; undefined when all is well. */
  refuses?(context: Pick<GradientContext, 'node' | 'shape' | 'integers' | 'scalar'>): string | undefined;
}
