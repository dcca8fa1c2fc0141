import { readFileSync } from 'node:fs';

/** One look at the memory. */
export interface Sample {
  /** Pictures answered so far. */
  readonly at: number;
  /** Resident bytes of the process and its workers. */
  readonly bytes: number;
}

/** Resident bytes of these processes together; what they share is counted for each. Linux only. */
export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      return (
        sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
      );
    } catch {
      // It died between being listed and being looked at.
      return sum;
    }
  }, 0);
}

/** Growth of memory, with its 95 % confidence interval, in bytes a picture. */
export interface Slope {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  /** Whether zero, or shrinking, is within the interval. */
  readonly flat: boolean;
}

const BLOCKS = 20;

/**
 * Least squares over the means of 20 blocks of the second half: single samples depend on each other (garbage grows and
 * goes), which would make the interval look narrower than it is; means of long blocks hardly do. Fewer than 20 samples
 * are taken one by one.
 */
export function slopeOfSecondHalf(samples: readonly Sample[]): Slope {
  const half = samples.slice(Math.floor(samples.length / 2));
  const blocks = Math.min(BLOCKS, half.length);
  if (blocks < 4) return { slope: Number.NaN, low: Number.NaN, high: Number.NaN, flat: false };
  const size = Math.floor(half.length / blocks);
  const points = Array.from({ length: blocks }, (_, i) => {
    const block = half.slice(i * size, (i + 1) * size);
    return { x: mean(block.map(({ at }) => at)), y: mean(block.map(({ bytes }) => bytes)) };
  });
  const [mx, my] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const sxx = points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
  const slope = points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0) / sxx;
  const residual = points.reduce((sum, { x, y }) => sum + (y - my - slope * (x - mx)) ** 2, 0);
  const freedom = blocks - 2;
  const error = Math.sqrt(residual / freedom / sxx) * studentT(freedom);
  return { slope, low: slope - error, high: slope + error, flat: slope - error <= 0 };
}

/** Student's t, two-sided 95 %: the first terms of its expansion for many degrees of freedom (within 1 % from two on). */
function studentT(freedom: number): number {
  return 1.96 + 2.372 / freedom + 2.822 / freedom ** 2 + 2.556 / freedom ** 3 + 1.6 / freedom ** 4;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
