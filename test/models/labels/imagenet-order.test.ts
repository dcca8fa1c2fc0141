import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveLabels } from '../../../src/models/labels/index.ts';
import { dataPath, describeWithData } from '../../support/data.ts';

const records = resolveLabels('imagenet-1k');

test('the classes are those of ILSVRC 2012 in the order of their WordNet ids', () => {
  const synsets = records.map(({ synset }) => synset ?? '');
  expect(records).toHaveLength(1000);
  expect(synsets.every((synset) => /^n\d{8}$/.test(synset))).toBe(true);
  expect(synsets).toEqual([...new Set(synsets)].toSorted());
  expect(records[0]).toMatchObject({ index: 0, label: 'tench', synset: 'n01440764' });
  expect(records[999]).toMatchObject({ index: 999, label: 'toilet_tissue', synset: 'n15075141' });
});

describeWithData('the class list of the photographs', () => {
  test('has the same WordNet ids, short names and synonyms', () => {
    const [, ...lines] = readFileSync(dataPath('imagenet', 'classes.tsv'), 'utf8').trimEnd().split('\n');
    const expected = lines.map((line) => line.split('\t'));
    const actual = records.map(({ index, synset, label, synonyms }) => [
      String(index),
      synset,
      label,
      [label.replaceAll('_', ' '), ...(synonyms ?? [])].join(', '),
    ]);
    expect(actual).toEqual(expected);
  });
});
