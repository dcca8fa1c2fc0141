import type { Optimizer } from './types.ts';

/**
 * Gradient descent with Nesterov momentum and decoupled weight decay.
 *
 * @param size number of all weights
 * @see Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013
 */
export function sgd(size: number, { momentum = 0.9 } = {}): Optimizer {
  const velocity = new Float32Array(size);
  let rate = 0;
  return {
    state: [velocity],
    steps: 0,
    begin(next) {
      this.steps++;
      rate = next;
    },
    update(weights, offset, gradient, decay) {
      const keep = 1 - rate * decay;
      const length = gradient.length;
      for (let i = 0; i < length; i++) {
        const at = offset + i;
        const g = gradient[i] as number;
        const v = momentum * (velocity[at] as number) + g;
        velocity[at] = v;
        weights[at] = (weights[at] as number) * keep - rate * (g + momentum * v);
      }
    },
  };
}
