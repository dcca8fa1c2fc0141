import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { dataPath } from '../support/data.ts';

/** What `references.json` says of one output. */
export interface ReferenceOutput {
  readonly first8: readonly number[];
  readonly argmax: number;
  readonly max: number;
  readonly sum: number;
  readonly norm: number;
}

export interface ReferenceNet {
  readonly input: readonly number[];
  readonly tensors: number;
  readonly outputs: readonly (ReferenceOutput & { readonly shape: readonly number[] })[];
}

interface References {
  readonly nets: Readonly<Record<string, ReferenceNet>>;
  readonly keras: {
    readonly nets: Readonly<Record<string, ReferenceOutput & { readonly input: readonly number[] }>>;
  };
}

export function references(): References {
  return JSON.parse(readFileSync(dataPath('imports', 'references.json'), 'utf8'));
}

/** Elements of tensor `t`, −1..1: the formula of `references.json`, in 32-bit arithmetic. */
export function formula(t: number, length: number, map: (r: number) => number): Float32Array {
  const seed = (t * 40503 + 12345) >>> 0;
  return Float32Array.from({ length }, (_, i) => {
    let x = (Math.imul(i, 2654435761) + seed) >>> 0;
    x = (x ^ (x >>> 15)) >>> 0;
    x = Math.imul(x, 2246822519) >>> 0;
    x = (x ^ (x >>> 13)) >>> 0;
    return map((x / 2 ** 32) * 2 - 1);
  });
}

/** Demands that values are those of the reference within 1e-4 of its size. */
export function expectReference(values: ArrayLike<number>, wanted: ReferenceOutput): void {
  const list = Array.from(values);
  const sum = list.reduce((a, b) => a + b, 0);
  const norm = Math.sqrt(list.reduce((a, b) => a + b * b, 0));
  let [largest, argmax] = [0, 0];
  for (const [i, value] of list.entries()) {
    largest = Math.max(largest, Math.abs(value));
    if (value > (list[argmax] ?? Number.NEGATIVE_INFINITY)) argmax = i;
  }
  for (const [i, value] of wanted.first8.entries()) {
    expect(Math.abs((list[i] ?? Number.NaN) - value), `value ${i}`).toBeLessThanOrEqual(
      1e-4 * largest + 1e-6,
    );
  }
  expect(Math.abs(norm / wanted.norm - 1)).toBeLessThan(1e-4);
  expect(Math.abs(sum - wanted.sum)).toBeLessThan(1e-4 * norm * Math.sqrt(list.length));
  expect(argmax).toBe(wanted.argmax);
}
