import { unsupported } from '../../../onnx/problem.ts';
import type { Value } from '../../../onnx/value.ts';
import { activationOf } from './activations.ts';
import type { Operation } from './handler.ts';

/** Inputs and operations that are fused into a node behind its own two inputs. */
export function fusedOf(operation: Operation): {
  readonly bias?: Value;
  readonly finish: (value: Value) => Value;
} {
  const { attributes, graph } = operation;
  const names = attributes.texts('fused_ops');
  const biased = names[0] === 'BiasAdd';
  const rest = biased ? names.slice(1) : names;
  const [name = ''] = rest;
  if (rest.length > 1) throw unsupported(`the fused operations ${names.join(', ')}`);
  return {
    ...(biased && { bias: operation.input(2) }),
    finish: (value) => {
      if (rest.length === 0) return value;
      if (name === 'Prelu') {
        return activationOf(graph, name, value, { slope: operation.input(-1) });
      }
      return activationOf(graph, name, value, { alpha: attributes.number('leakyrelu_alpha', 0.2) });
    },
  };
}
