/**
 * Learning rate along a training: a straight rise, then half a cosine down to zero.
 *
 * @param peak highest rate
 * @param warmUp share of the training in which the rate rises, 0..1
 * @param progress how much of the training is over, 0..1
 * @see Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017
 * @example
 * cosineRate(1e-3, 0.1, 0.05); // 5e-4
 * cosineRate(1e-3, 0.1, 1); // 0
 */
export function cosineRate(peak: number, warmUp: number, progress: number): number {
  const at = Math.min(1, Math.max(0, progress));
  if (at < warmUp) return (peak * at) / warmUp;
  if (warmUp >= 1) return peak;
  return (peak * (1 + Math.cos(Math.PI * ((at - warmUp) / (1 - warmUp))))) / 2;
}
