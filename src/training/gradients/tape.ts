import { OnnxSink } from '../../convert/onnx/onnx-sink.ts';
import { PictorError } from '../../errors.ts';
import { ELEMENT, type OnnxNode, type OnnxTensor } from '../../models/onnx/types.ts';
import { elements, floatValues, integerValues } from '../../models/onnx/values.ts';
import { ruleOf } from './index.ts';
import type { GradientContext } from './rule.ts';

/** A graph to differentiate. */
export interface Differentiable {
  /** In topological order and canonical form. */
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** Lengths of every tensor that the nodes read or write. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Constants and inputs to differentiate by. */
  readonly by: ReadonlySet<string>;
}

/**
 * Reverse-mode differentiation of a graph: the forward nodes stay as they are, and each is answered, in reverse order,
 * by the nodes that its {@link ruleOf rule} writes.
 *
 * @see Griewank & Walther, "Evaluating Derivatives", 2008, chapter 3
 * @example
 * const tape = new Tape(differentiable);
 * const gradients = tape.backward(new Map([['logits', 'gradient_of_logits']]));
 * gradients.get('weights'); // name of a tensor of tape.sink
 */
export class Tape {
  readonly sink = new OnnxSink();
  readonly #graph: Differentiable;
  readonly #forward: { readonly node: OnnxNode; readonly outputs: string[] }[];
  /** Tensors whose value depends on what is differentiated by. */
  readonly #active: Set<string>;

  /** @throws FEATURE_UNSUPPORTED naming every operator that has no gradient */
  constructor(graph: Differentiable) {
    this.#graph = graph;
    this.#active = activeTensors(graph);
    const problems = refusals(graph, this.#active);
    if (problems.length > 0) {
      throw new PictorError('FEATURE_UNSUPPORTED', {
        expected: 'operators with a known gradient in the layers to be trained',
        received: problems.join(', '),
        fix: 'Train fewer layers, train the head alone, or choose another backbone',
      });
    }
    for (const name of graph.shapes.keys()) this.sink.unique(name);
    this.#forward = graph.nodes.map((node) => ({ node, outputs: [...node.outputs] }));
  }

  /**
   * Writes the gradients.
   *
   * @param seeds gradients of the loss by tensors of the graph, as names of tensors
   * @returns names of the gradients by {@link Differentiable.by}; what the loss does not depend on is missing
   */
  backward(seeds: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const parts = new Map<string, string[]>();
    const add = (tensor: string, gradient: string) => {
      const known = parts.get(tensor);
      if (known) known.push(gradient);
      else parts.set(tensor, [gradient]);
    };
    const total = (tensor: string): string | undefined => {
      const list = parts.get(tensor);
      if (!list) return undefined;
      const sum = list.reduce((a, b) => this.sink.node('Add', [a, b], {}, 'gradient'));
      parts.set(tensor, [sum]);
      return sum;
    };
    for (const [tensor, gradient] of seeds) add(tensor, gradient);
    for (const { node, outputs } of this.#forward.toReversed()) {
      if (!node.inputs.some((name) => this.#active.has(name))) continue;
      const dY = node.outputs.map(total);
      if (dY.every((gradient) => gradient === undefined)) continue;
      const gradients = ruleOf(node.opType)?.gradient(this.#context(node, outputs, dY)) ?? [];
      for (const [i, gradient] of gradients.entries()) {
        const name = node.inputs[i];
        if (gradient !== undefined && name && this.#active.has(name)) add(name, gradient);
      }
    }
    const found = new Map<string, string>();
    for (const tensor of this.#graph.by) {
      const gradient = total(tensor);
      if (gradient !== undefined) found.set(tensor, gradient);
    }
    return found;
  }

  /** All nodes, forward then backward, for a graph of opset 18. */
  nodes(): readonly OnnxNode[] {
    const forward = this.#forward.map(({ node, outputs }) => ({ ...node, outputs }));
    return [...forward, ...this.sink.nodes].map((node, i) => ({ ...node, name: `${node.opType}_${i}` }));
  }

  #context(node: OnnxNode, outputs: string[], dY: readonly (string | undefined)[]): GradientContext {
    const { sink } = this;
    const { shapes, constants } = this.#graph;
    return {
      node,
      dY,
      shape: (tensor) => shapeOf(shapes, tensor),
      integers: (tensor) => integersOf(constants, tensor),
      scalar: (tensor) => scalarOf(constants, tensor),
      wants: (input) => this.#active.has(node.inputs[input] ?? ''),
      extraOutput: (index) => {
        while (outputs.length <= index) outputs.push('');
        const name = outputs[index] || sink.unique(`${node.outputs[0]}_extra`);
        outputs[index] = name;
        return name;
      },
      op: (opType, inputs, attributes = {}) => sink.node(opType, inputs, attributes),
      ops: (opType, inputs, attributes, count) =>
        sink.nodeOf(
          opType,
          inputs,
          attributes,
          Array.from({ length: count }, () => opType.toLowerCase()),
        ),
      ints: (values) => sink.ints(values),
      floats: (values, shape) => {
        if (typeof values === 'number') return sink.floats(values);
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        return sink.constant('floats', 'float32', shape ?? [values.length], bytes);
      },
    };
  }
}

function activeTensors({ nodes, by }: Differentiable): Set<string> {
  const active = new Set(by);
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((name) => active.has(name))) for (const name of outputs) active.add(name);
  }
  return active;
}

function refusals({ nodes, shapes, constants }: Differentiable, active: ReadonlySet<string>): string[] {
  const found = new Map<string, number>();
  for (const node of nodes) {
    if (!node.inputs.some((name) => active.has(name))) continue;
    const rule = node.domain === '' || node.domain === 'ai.onnx' ? ruleOf(node.opType) : undefined;
    const reason = rule
      ? rule.refuses?.({
          node,
          shape: (tensor) => shapeOf(shapes, tensor),
          integers: (tensor) => integersOf(constants, tensor),
          scalar: (tensor) => scalarOf(constants, tensor),
        })
      : '';
    if (reason === undefined) continue;
    const name = node.domain ? `${node.domain}.${node.opType}` : node.opType;
    const text = reason ? `${name} (${reason})` : name;
    found.set(text, (found.get(text) ?? 0) + 1);
  }
  return [...found].map(([text, count]) => (count > 1 ? `${count} × ${text}` : text));
}

function shapeOf(shapes: ReadonlyMap<string, readonly number[]>, tensor: string): readonly number[] {
  const found = shapes.get(tensor);
  if (found) return found;
  throw new PictorError('INTERNAL', { expected: `the shape of ${tensor}`, received: 'none' });
}

function scalarOf(constants: ReadonlyMap<string, OnnxTensor>, tensor: string): number | undefined {
  const constant = constants.get(tensor);
  if (constant?.dataType !== ELEMENT.float32 || elements(constant.dims) !== 1) return undefined;
  return floatValues(constant)[0];
}

function integersOf(
  constants: ReadonlyMap<string, OnnxTensor>,
  tensor: string | undefined,
): readonly number[] | undefined {
  const constant = tensor === undefined ? undefined : constants.get(tensor);
  if (!constant || ![ELEMENT.int64, ELEMENT.int32].some((type) => type === constant.dataType))
    return undefined;
  return integerValues(constant);
}
