import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferPool } from '../../src/base/buffer-pool.ts';

const MIB = 1024 * 1024;

test('what is given back is taken again; what is in use never is', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6 * MIB }))), (steps) => {
      const pool = new BufferPool();
      const used: ArrayBuffer[] = [];
      for (const [take, bytes] of steps) {
        if (take) {
          const buffer = pool.take(bytes);
          expect(buffer.byteLength).toBeGreaterThanOrEqual(bytes);
          expect(used).not.toContain(buffer);
          used.push(buffer);
        } else {
          const [buffer] = used.splice(bytes % Math.max(1, used.length), 1);
          if (buffer) pool.give(new Uint8Array(buffer));
        }
      }
    }),
    { numRuns: 50 },
  );
  const pool = new BufferPool();
  const first = pool.take(100_000);
  pool.give(new Uint8Array(first, 0, 100_000));
  expect(pool.take(90_000)).toBe(first);
});

test('a buffer that is given back twice is lent once; memory from elsewhere is not kept', () => {
  const pool = new BufferPool();
  const once = new Uint8Array(pool.take(1000));
  pool.give(once);
  pool.give(once);
  const foreign = new Uint8Array(once.buffer.byteLength);
  pool.give(foreign);
  const next = [pool.take(1000), pool.take(1000), pool.take(1000)];
  expect(next[0]).toBe(once.buffer);
  expect(new Set(next).size).toBe(3);
  expect(next).not.toContain(foreign.buffer);
});

test('it keeps no more than a few pictures need', () => {
  const pool = new BufferPool();
  const lent = Array.from({ length: 20 }, () => pool.take(MIB));
  for (const buffer of lent) pool.give(new Uint8Array(buffer));
  const again = Array.from({ length: 20 }, () => pool.take(MIB));
  expect(again.filter((buffer) => lent.includes(buffer))).toHaveLength(8);
});

test('lets go of sizes that are no longer used for those that are', () => {
  const pool = new BufferPool();
  const fill = (bytes: number, count: number) => {
    const taken = Array.from({ length: count }, () => new Uint8Array(pool.take(bytes)));
    for (const view of taken) pool.give(view);
    return new Set(taken.map(({ buffer }) => buffer));
  };
  // As much as the pool keeps, of a size that nobody wants any more.
  fill(64 * 1024, 128);
  const wanted = fill(1024 * 1024, 3);
  const again = fill(1024 * 1024, 3);
  expect(again).toEqual(wanted);
});
