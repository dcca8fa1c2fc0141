import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PictorError } from '../../../src/errors.ts';
import { type LabelRecord, resolveLabels, uniqueNames } from '../../../src/models/labels/index.ts';

describe('labels of an own model', () => {
  test('keep their order and take Chinese names where there are any', () => {
    expect(resolveLabels({ names: ['Class 1', 'Class 2'], zh: ['第一类', ''] })).toEqual([
      { index: 0, label: 'Class 1', zh: '第一类' },
      { index: 1, label: 'Class 2' },
    ]);
  });

  test.each([
    ['an empty name', { names: ['a', ' '] }],
    ['too few Chinese names', { names: ['a', 'b'], zh: ['甲'] }],
  ])('with %s are LABELS_INVALID', (_, labels) => {
    expect(() => resolveLabels(labels)).toThrow(PictorError);
    expect(() => resolveLabels(labels)).toThrow(expect.objectContaining({ code: 'LABELS_INVALID' }));
  });
});

describe('names that key an answer', () => {
  test('keep both cranes and both maillots of ImageNet', () => {
    const names = uniqueNames(resolveLabels('imagenet-1k'));
    expect(new Set(names).size).toBe(1000);
    expect([names[134], names[517], names[638], names[639]]).toEqual([
      'crane',
      'crane (n03126707)',
      'maillot',
      'maillot (n03710721)',
    ]);
  });

  test('are never the same, whatever the labels', () => {
    const label = fc.constantFrom('a', 'a (0)', 'a (1)', 'a (2)', 'a (1) (1)', 'b');
    fc.assert(
      fc.property(fc.array(label, { maxLength: 12 }), (labels) => {
        const records: LabelRecord[] = labels.map((own, index) => ({ index, label: own }));
        expect(new Set(uniqueNames(records)).size).toBe(labels.length);
      }),
    );
  });
});
