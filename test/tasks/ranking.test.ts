import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rank } from '../../src/tasks/scores.ts';

test('the best classes come first, ties in class order, as if all were sorted', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 32 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(
      scores,
      fc.integer({ min: 1, max: 250 }),
      fc.integer({ min: 0, max: 32 }),
      (values, topK, least) => {
        const labels = values.map((_, index) => ({ index, label: `class ${index}` }));
        const sorted = values
          .map((value, index) => ({ value, index }))
          .sort((a, b) => b.value - a.value || a.index - b.index)
          .slice(0, topK)
          .filter(({ value }) => value >= least);
        const options = { topK, minScore: least / 32 };
        const got = rank(
          Float32Array.from(values, (value) => value / 32),
          labels,
          options,
        );
        expect(got.map(({ index }) => index)).toEqual(sorted.map(({ index }) => index));
      },
    ),
  );
});
