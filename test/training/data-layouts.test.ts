import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrainingData } from '../../src/training/data/open-training-data.ts';
import { drawFolds, type SplitItem, splitParts } from '../../src/training/data/split.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-layouts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function files(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
}

const rows = async (path = folder) =>
  (await openTrainingData(path)).pictures.map(({ name, label, part }) => [name, label, part]);

describe('layouts', () => {
  it('reads class folders, nested ones too, and leaves other files out', async () => {
    await files('cat/1.jpg', 'cat/deep/2.PNG', 'dog/3.webp', 'dog/notes.txt', '.hidden/4.jpg', 'stray.jpg');
    const data = await openTrainingData(folder);
    expect(data.layout).toBe('class-folders');
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(data.pictures.map(({ name }) => name)).toEqual(['cat/1.jpg', 'cat/deep/2.PNG', 'dog/3.webp']);
    expect(data.notices).toEqual(['1 pictures lie outside the class folders and are left out']);
  });

  it.each([
    ['val', 'validation'],
    ['valid', 'validation'],
    ['validation', 'validation'],
    ['test', 'test'],
  ])('reads train/ beside %s/, classes matched by name', async (name, part) => {
    await files('train/b/1.jpg', 'train/a/2.jpg', 'train/c/5.jpg', `${name}/b/3.jpg`, `${name}/c/4.jpg`);
    expect(await rows()).toEqual(
      [
        ['train/a/2.jpg', 'a', 'train'],
        ['train/b/1.jpg', 'b', 'train'],
        ['train/c/5.jpg', 'c', 'train'],
        [`${name}/b/3.jpg`, 'b', part],
        [`${name}/c/4.jpg`, 'c', part],
      ].toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    );
  });

  it("reads ImageAI's folder, with models and json beside the parts", async () => {
    await files('train/a/1.jpg', 'train/b/1.jpg', 'test/a/1.jpg', 'models/x.pt', 'json/model_class.json');
    expect((await openTrainingData(folder)).classes).toEqual(['a', 'b']);
  });

  it('takes a folder named train that holds pictures for a class', async () => {
    await files('train/1.jpg', 'bus/2.jpg');
    expect((await openTrainingData(folder)).classes).toEqual(['bus', 'train']);
  });

  it('looks into the one folder of an unpacked archive', async () => {
    await files('flowers/rose/1.jpg', 'flowers/tulip/2.jpg');
    expect((await openTrainingData(folder)).classes).toEqual(['rose', 'tulip']);
  });

  it.each([
    ['list.tsv', 'a.jpg\tcat\nb.jpg\tdog\n'],
    ['list.tsv', 'class\tfile\ncat\ta.jpg\ndog\tb.jpg\n'],
    ['list.csv', '# a comment\npath,class\n"a.jpg","cat"\nb.jpg,dog\n'],
    ['list.txt', '\uFEFFa.jpg\tcat\r\nb.jpg\tdog\r\n'],
    ['list.jsonl', '{"path":"a.jpg","class":"cat"}\n{"file_name":"b.jpg","label":"dog"}\n'],
  ])('reads %s', async (name, text) => {
    await writeFile(join(folder, name), text);
    const data = await openTrainingData(join(folder, name));
    expect(data.pictures.map((file) => [file.path, file.label])).toEqual([
      [join(folder, 'a.jpg'), 'cat'],
      [join(folder, 'b.jpg'), 'dog'],
    ]);
  });

  it('reads the part of each picture from a list', async () => {
    await writeFile(
      join(folder, 'list.tsv'),
      'path\tclass\tsplit\na.jpg\tcat\ttrain\nb.jpg\tcat\tval\nc.jpg\tdog\ttest\n',
    );
    expect((await rows(join(folder, 'list.tsv'))).map(([, , part]) => part)).toEqual([
      'train',
      'validation',
      'test',
    ]);
  });

  it.each([
    ['list.tsv', 'a.jpg\tcat\nb.jpg\n', 'line 2'],
    ['list.jsonl', '{"path":"a.jpg","class":"cat"}\n{nonsense\n', 'line 2'],
    ['list.tsv', 'a.jpg\tcat\tsomewhere\n', 'line 1'],
  ])('names the line of %s that cannot be read', async (name, text, line) => {
    await writeFile(join(folder, name), text);
    await expect(openTrainingData(join(folder, name))).rejects.toThrow(line);
  });

  it('says what an empty folder and a missing one lack', async () => {
    await expect(openTrainingData(folder)).rejects.toThrow(/Make a folder for each class/);
    await expect(openTrainingData(join(folder, 'no'))).rejects.toThrow(/nothing at/);
  });
});

const item = fc.record({ classIndex: fc.nat(4), group: fc.nat(60) });
const items: fc.Arbitrary<SplitItem[]> = fc.array(item, { minLength: 1, maxLength: 200 });
const options = { seed: 7, testShare: 0.2, validationShare: 0.15 };

describe('split', () => {
  it('never parts a group', () => {
    fc.assert(
      fc.property(items, fc.nat(), (list, seed) => {
        const parts = splitParts(list, { ...options, seed });
        const of = new Map<number, Set<string>>();
        for (const [i, { group }] of list.entries()) {
          of.set(group, (of.get(group) ?? new Set()).add(parts[i] ?? ''));
        }
        expect([...of.values()].every(({ size }) => size === 1)).toBe(true);
        const folds = drawFolds(list, 5, seed);
        const held = new Map<number, Set<number>>();
        for (const [i, { group }] of list.entries()) {
          held.set(group, (held.get(group) ?? new Set()).add(folds[i] ?? -1));
        }
        expect([...held.values()].every(({ size }) => size === 1)).toBe(true);
      }),
    );
  });

  it('gives the same parts for the same seed, and keeps what the data set says', () => {
    fc.assert(
      fc.property(items, fc.nat(), (list, seed) => {
        expect(splitParts(list, { ...options, seed })).toEqual(splitParts(list, { ...options, seed }));
        const given = list.map((each, i) => ({
          ...each,
          part: i % 2 ? ('train' as const) : ('test' as const),
        }));
        const parts = splitParts(given, { ...options, validationShare: 0, seed });
        expect(parts).toEqual(given.map(({ part }) => part));
      }),
    );
  });

  it('holds out the stated share of every class', () => {
    const list = Array.from({ length: 400 }, (_, i) => ({ classIndex: i % 4, group: i }));
    const parts = splitParts(list, options);
    for (const classIndex of [0, 1, 2, 3]) {
      const own = parts.filter((_, i) => i % 4 === classIndex);
      expect(own.filter((part) => part === 'test')).toHaveLength(20);
      expect(own.filter((part) => part === 'validation')).toHaveLength(12);
    }
  });
});
