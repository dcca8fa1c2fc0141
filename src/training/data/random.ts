/**
 * Chance that can be repeated.
 *
 * @module
 */
import { createHash } from 'node:crypto';

/** A stream of numbers in [0, 1). */
export type Random = () => number;

/**
 * A generator for one purpose: two purposes with the same seed are independent, and one more draw for the first does
 * not change the second. Algorithm: sfc32 (Chris Doty-Humphrey, PractRand), seeded with SHA-256.
 *
 * @param seed any whole number
 * @param purpose what the numbers are for, e.g. `split`
 */
export function seededRandom(seed: number, purpose: string): Random {
  const digest = createHash('sha256').update(`${seed}/${purpose}`).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [x, y] = [result[i], result[j]];
    if (x !== undefined && y !== undefined) {
      result[i] = y;
      result[j] = x;
    }
  }
  return result;
}
