import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryBudget, shareOfMemory } from '../../src/base/memory-budget.ts';
import { memoryLimit } from '../../src/base/memory-limit.ts';

test('never more than the limit is held, and everything comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(100), fc.boolean()), { maxLength: 60 }), (steps) => {
      const budget = createMemoryBudget({ limit: 200, unit: 'bytes' });
      const releases: (() => void)[] = [];
      for (const [amount, giveBack] of steps) {
        const release = budget.tryTake(amount);
        if (release !== undefined) releases.push(release);
        expect(budget.held).toBeLessThanOrEqual(200);
        if (giveBack) releases.shift()?.();
      }
      // Twice: giving back what was given back changes nothing.
      for (const release of [...releases, ...releases]) release();
      expect(budget.held).toBe(0);
    }),
  );
});

test('what does not fit is refused with the time to come back', () => {
  const budget = createMemoryBudget({ limit: 10, unit: 'bytes', retryAfterSeconds: 3 });
  budget.take(8);
  expect(() => budget.take(3)).toThrow(
    expect.objectContaining({ code: 'OVERLOADED', details: expect.objectContaining({ retryAfter: 3 }) }),
  );
  expect(budget.held).toBe(8);
});

test('a share of memory stays within its bounds', () => {
  expect(shareOfMemory(600, 1 / 6, [10, 500])).toBe(100);
  expect(shareOfMemory(30, 1 / 6, [10, 500])).toBe(10);
  expect(shareOfMemory(6_000_000, 1 / 6, [10, 500])).toBe(500);
});

test('the limit is the control group’s where it has one', () => {
  expect(memoryLimit(512, 4096)).toBe(512);
  expect(memoryLimit(2 ** 64, 4096)).toBe(4096);
  expect(memoryLimit(0, 4096)).toBe(4096);
  expect(memoryLimit(undefined, 4096)).toBe(4096);
});
