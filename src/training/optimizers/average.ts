/** Share of the mean that a step leaves, once there have been enough of them: it looks back some fifty steps. */
const KEEP = 0.98;

/**
 * Moves a running mean of weights towards the weights: validated in their place, it is better and steadier than they
 * are while the learning rate is high.
 *
 * @param steps steps so far; the first ones count for more, so that the start is soon forgotten
 * @see Polyak & Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; Tarvainen & Valpola, "Mean
 * teachers are better role models", 2017
 */
export function followAverage(mean: Float32Array, weights: Float32Array, steps: number): void {
  const keep = Math.min(KEEP, (1 + steps) / (10 + steps));
  const length = mean.length;
  for (let i = 0; i < length; i++) {
    mean[i] = keep * (mean[i] as number) + (1 - keep) * (weights[i] as number);
  }
}
