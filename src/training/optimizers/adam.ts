import type { Optimizer } from './types.ts';

/**
 * Adam with decoupled weight decay.
 *
 * @param size number of all weights
 * @see Kingma & Ba, "Adam: A Method for Stochastic Optimization", 2015; Loshchilov & Hutter, "Decoupled Weight Decay
 * Regularization", 2019
 */
export function adam(size: number, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {}): Optimizer {
  const mean = new Float32Array(size);
  const square = new Float32Array(size);
  let rate = 0;
  let correction = 1;
  return {
    state: [mean, square],
    steps: 0,
    begin(next) {
      this.steps++;
      rate = next / (1 - beta1 ** this.steps);
      correction = 1 / Math.sqrt(1 - beta2 ** this.steps);
    },
    update(weights, offset, gradient, decay) {
      const keep = 1 - rate * (1 - beta1 ** this.steps) * decay;
      const length = gradient.length;
      for (let i = 0; i < length; i++) {
        const at = offset + i;
        const g = gradient[i] as number;
        const m = beta1 * (mean[at] as number) + (1 - beta1) * g;
        const v = beta2 * (square[at] as number) + (1 - beta2) * g * g;
        mean[at] = m;
        square[at] = v;
        weights[at] = (weights[at] as number) * keep - (rate * m) / (Math.sqrt(v) * correction + epsilon);
      }
    },
  };
}
