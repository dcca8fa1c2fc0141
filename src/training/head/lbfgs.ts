/**
 * Minimisation of a smooth function with limited memory: L-BFGS.
 *
 * @module
 */

/** Value and gradient at a point. */
export interface Evaluation {
  readonly value: number;
  /** Same length as the point; the caller may keep it. */
  readonly gradient: Float64Array;
}

export interface MinimizeOptions {
  /** Steps, at most (default 100). */
  readonly maxSteps?: number;
  /** The search ends when no part of the gradient is larger than this (default 1e-5). */
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
}

export interface Minimum extends Evaluation {
  readonly point: Float64Array;
  readonly steps: number;
}

/** Pairs of steps and gradient changes that are remembered. */
const MEMORY = 10;

/** Share of the expected decrease that a step must bring (Armijo). */
const SUFFICIENT = 1e-4;

/**
 * Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 7.4 and 7.5, with a backtracking line search;
 * pairs that would spoil positive definiteness are skipped.
 *
 * @param start where to begin; it is not changed
 * @param evaluate value and gradient of the function
 */
export async function minimize(
  start: Float64Array,
  evaluate: (point: Float64Array) => Promise<Evaluation>,
  { maxSteps = 100, tolerance = 1e-5, signal }: MinimizeOptions = {},
): Promise<Minimum> {
  const pairs: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = [];
  let point = start;
  let here = await evaluate(point);
  let steps = 0;
  while (steps < maxSteps && largest(here.gradient) > tolerance) {
    signal?.throwIfAborted();
    let direction = descent(here.gradient, pairs);
    let slope = dot(direction, here.gradient);
    if (!(slope < 0)) {
      pairs.length = 0;
      direction = here.gradient.map((value) => -value);
      slope = dot(direction, here.gradient);
    }
    let rate = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(here.gradient, here.gradient))) : 1;
    let next = moved(point, direction, rate);
    let there = await evaluate(next);
    while (!(there.value <= here.value + SUFFICIENT * rate * slope) && rate > 1e-10) {
      rate /= 2;
      next = moved(point, direction, rate);
      there = await evaluate(next);
    }
    // The values come from 32-bit sums: below that, there is no more to gain.
    if (!(there.value < here.value)) break;
    remember(pairs, minus(next, point), minus(there.gradient, here.gradient));
    const gained = here.value - there.value;
    point = next;
    here = there;
    steps++;
    if (gained < 1e-9 * Math.max(1, Math.abs(here.value))) break;
  }
  return { ...here, point, steps };
}

/** Minus the inverse Hessian's estimate times the gradient. */
function descent(
  gradient: Float64Array,
  pairs: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): Float64Array {
  const q = gradient.slice();
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    add(q, y, -alpha);
  }
  const last = pairs.at(-1);
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1;
  for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) * scale;
  for (const { s, y, rho } of pairs) {
    const beta = rho * dot(y, q);
    add(q, s, (alphas.pop() ?? 0) - beta);
  }
  return q.map((value) => -value);
}

function remember(
  pairs: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
  s: Float64Array,
  y: Float64Array,
): void {
  const product = dot(s, y);
  if (!(product > 1e-12 * dot(y, y))) return;
  pairs.push({ s, y, rho: 1 / product });
  if (pairs.length > MEMORY) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function add(target: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (other[i] ?? 0);
}

function moved(point: Float64Array, direction: Float64Array, rate: number): Float64Array {
  const result = point.slice();
  add(result, direction, rate);
  return result;
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  const result = a.slice();
  add(result, b, -1);
  return result;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
