import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { classFinder } from '../../src/evaluation/datasets/class-finder.ts';
import { openDataset } from '../../src/evaluation/datasets/open-dataset.ts';
import { resolveLabels } from '../../src/models/labels/index.ts';

const imagenet = resolveLabels('imagenet-1k');
const coco = resolveLabels('coco-80');

/** A folder with these files; gone when the test ends. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

async function classesOf(path: string) {
  const dataset = await openDataset(path);
  if (dataset.kind !== 'classes') throw new Error('boxes');
  const pictures = await dataset.read(imagenet);
  return { layout: dataset.layout, pictures: pictures.map(({ name, classIndex }) => [name, classIndex]) };
}

async function boxesOf(path: string, labels = coco, images?: string) {
  const dataset = await openDataset(path, images === undefined ? {} : { images });
  if (dataset.kind !== 'boxes') throw new Error('classes');
  const pictures = await dataset.read(labels);
  return pictures.map(({ name, image, truth }) => ({
    name,
    image,
    truth: truth({ width: 100, height: 50 }),
  }));
}

describe('pictures with classes', () => {
  test('class folders, named by label, synset, Chinese name, synonym or index', async () => {
    const folder = await folderWith({
      'cheetah/1.jpg': '',
      'n02093991/deep/2.PNG': '',
      '猎豹/3.webp': '',
      'espresso/notes.txt': '',
      '7/4.jpeg': '',
      '.cache/5.jpg': '',
    });
    expect(await classesOf(folder)).toEqual({
      layout: 'class-folders',
      pictures: [
        ['7/4.jpeg', 7],
        ['cheetah/1.jpg', 293],
        ['n02093991/deep/2.PNG', 184],
        ['猎豹/3.webp', 293],
      ],
    });
  });

  test('a flat folder whose names start with a synset; other files do not count', async () => {
    const folder = await folderWith({ 'n02130308_cheetah.JPEG': '', 'cover.jpg': '', 'classes.tsv': '' });
    expect(await classesOf(folder)).toEqual({
      layout: 'synset-names',
      pictures: [['n02130308_cheetah.JPEG', 293]],
    });
  });

  test.each([
    ['path\tclass\na.jpg\tcheetah\nsub/b.jpg\t184\n'],
    ['# comment\na.jpg\tn02130308\n\nsub/b.jpg\tIrish terrier\tmore\n'],
    ['﻿label\tfile\r\ncheetah\ta.jpg\r\nIrish_terrier\tsub/b.jpg\r\n'],
  ])('a table: %j', async (table) => {
    const folder = await folderWith({ 'list.tsv': table });
    expect((await classesOf(join(folder, 'list.tsv'))).pictures).toEqual([
      ['a.jpg', 293],
      ['sub/b.jpg', 184],
    ]);
  });

  test('classes that the model does not know end it, named', async () => {
    const folder = await folderWith({ 'cheetah/1.jpg': '', 'unicorn/2.jpg': '' });
    await expect(classesOf(folder)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('unicorn'),
    });
  });

  test('a name that two classes share is refused, and what tells them apart is accepted', () => {
    const find = classFinder(imagenet);
    expect(() => find('crane')).toThrow(expect.objectContaining({ code: 'DATASET_INVALID' }));
    expect(find('n02012849')).toBe(134);
    expect(find('crane (n03126707)')).toBe(517);
    expect(find('no such thing')).toBeUndefined();
  });

  test('every class is found by its synset and by its unique name', () => {
    const find = classFinder(imagenet);
    expect(imagenet.map(({ synset = '' }) => find(synset))).toEqual(imagenet.map(({ index }) => index));
  });
});

describe('pictures with boxes', () => {
  test('YOLO text beside the pictures; a picture without a file shows nothing', async () => {
    const folder = await folderWith({
      'images/val/a.jpg': '',
      'images/val/b.jpg': '',
      'labels/val/a.txt': '16 0.5 0.5 0.2 0.4\n',
    });
    expect(await boxesOf(folder)).toMatchObject([
      { name: 'val/a.jpg', truth: [{ classIndex: 16, box: { x: 40, y: 15, width: 20, height: 20 } }] },
      { name: 'val/b.jpg', truth: [] },
    ]);
  });

  test('YOLO counts 80 classes, also for a model that counts the 91 of the paper', async () => {
    const folder = await folderWith({ 'images/a.jpg': '', 'labels/a.txt': '79 0.5 0.5 1 1' });
    const [picture] = await boxesOf(folder, resolveLabels('coco-91'));
    expect(resolveLabels('coco-91')[picture?.truth[0]?.classIndex ?? -1]?.label).toBe('toothbrush');
  });

  test('a class that the model does not have is refused', async () => {
    const folder = await folderWith({ 'images/a.jpg': '', 'labels/a.txt': '80 0.5 0.5 1 1' });
    await expect(boxesOf(folder)).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  });

  const annotations = {
    images: [
      { id: 7, file_name: 'a.jpg', width: 100, height: 50 },
      { id: 9, file_name: 'b.jpg', width: 100, height: 50 },
    ],
    annotations: [
      { id: 1, image_id: 7, category_id: 18, bbox: [1, 2, 3, 4], iscrowd: 0, area: 12 },
      { id: 2, image_id: 7, category_id: 1, bbox: [0, 0, 50, 50], iscrowd: 1 },
      { id: 3, image_id: 9, category_id: 500, bbox: [0, 0, 1, 1] },
      { id: 4, image_id: 9, category_id: 1, bbox: [0, 0, 0, 1] },
    ],
    categories: [
      { id: 1, name: 'person' },
      { id: 18, name: 'dog' },
      { id: 500, name: 'unicorn' },
    ],
  };

  test('a COCO file, its categories matched by name, crowds marked', async () => {
    const folder = await folderWith({ 'instances.json': JSON.stringify(annotations) });
    expect(await boxesOf(join(folder, 'instances.json'))).toEqual([
      {
        name: 'a.jpg',
        image: join(folder, 'a.jpg'),
        truth: [
          { classIndex: 16, box: { x: 1, y: 2, width: 3, height: 4 } },
          { classIndex: 0, box: { x: 0, y: 0, width: 50, height: 50 }, crowd: true },
        ],
      },
      { name: 'b.jpg', image: join(folder, 'b.jpg'), truth: [] },
    ]);
    const [first] = await boxesOf(join(folder, 'instances.json'), coco, '/pictures');
    expect(first?.image).toBe(join('/pictures', 'a.jpg'));
  });

  test.each([
    ['no JSON', '{'],
    ['another shape', '{"images": []}'],
    ['no category in common', JSON.stringify({ ...annotations, categories: [{ id: 1, name: 'unicorn' }] })],
  ])('refuses a file with %s', async (_, text) => {
    const folder = await folderWith({ 'x.json': text });
    await expect(boxesOf(join(folder, 'x.json'))).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  });
});

test.each([[{}], [{ 'a.jpg': '', 'b.jpg': '' }], [{ 'readme.md': '' }]])(
  'a folder with %j is no data set',
  async (files) => {
    await expect(openDataset(await folderWith(files))).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  },
);

test('what does not exist is no data set', async () => {
  await expect(openDataset('/nonexistent')).rejects.toMatchObject({ code: 'DATASET_INVALID' });
});
