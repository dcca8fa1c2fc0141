import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveLabels } from '../../../src/models/labels/index.ts';
import { labelId, taxonomyOf } from '../../../src/models/labels/taxonomy/taxonomy.ts';

describe('the id of a label', () => {
  test.each([
    ['imagenet-1k', 184, '/w/n02093991'],
    ['coco-80', 10, '/l/coco/fire-hydrant'],
    ['coco-91', 10, '/l/coco/fire-hydrant'],
    ['nsfw-5', 3, '/l/nsfw-5/porn'],
  ] as const)('in %s, class %i: %s', (set, index, id) => {
    expect(labelId(set, index)).toBe(id);
  });

  test.each(['imagenet-1k', 'coco-80', 'coco-91', 'nsfw-5'] as const)('is unique in %s', (set) => {
    const ids = resolveLabels(set).map(({ index }) => labelId(set, index));
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is undefined where there is no class', () => {
    expect(labelId('nsfw-5', 5)).toBeUndefined();
  });

  test('is the same in both COCO sets', () => {
    const wide = new Map(
      resolveLabels('coco-91').map(({ label, index }) => [label, labelId('coco-91', index)]),
    );
    for (const { label, index } of resolveLabels('coco-80'))
      expect(labelId('coco-80', index)).toBe(wide.get(label));
  });

  test('that COCO and ImageNet share stands for one thing: one Chinese name, one place', () => {
    const byId = new Map(
      resolveLabels('imagenet-1k').map((record) => [labelId('imagenet-1k', record.index), record]),
    );
    const shared = resolveLabels('coco-91').flatMap((coco) => {
      const imagenet = byId.get(labelId('coco-91', coco.index));
      return imagenet ? [{ coco, imagenet }] : [];
    });
    expect(shared).toHaveLength(27);
    for (const { coco, imagenet } of shared) {
      expect(coco.zh).toBe(imagenet.zh);
      expect(taxonomyOf('coco-91', coco.index)).toEqual(taxonomyOf('imagenet-1k', imagenet.index));
    }
  });

  test('of own names: two are equal only where the names are, and none looks like a vendor’s', () => {
    const name = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(name, name, (first, second) => {
        const labels = { names: [first, second] };
        const ids = [labelId(labels, 0), labelId(labels, 1)];
        expect(ids[0] === ids[1]).toBe(first === second);
        for (const id of ids) expect(id).toMatch(/^\/l\/own\/[\p{L}\p{N}._%;-]+$/u);
      }),
    );
  });
});
