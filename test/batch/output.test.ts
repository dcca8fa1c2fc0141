import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protos } from '@google-cloud/vision';
import { parquetReadObjects } from 'hyparquet';
import { asyncBufferFromFile } from 'hyparquet/src/node.js';
import { expect, test } from 'vitest';
import { merge } from '../../src/batch/output/merge.ts';
import { PROFILES, type ProfileName } from '../../src/batch/output/profiles.ts';
import { readSource } from '../../src/batch/plan/read-source.ts';
import type { BatchRow } from '../../src/batch/types.ts';
import { emptyPlace, planFor, temporaryFolder } from './support.ts';

const ROWS: readonly BatchRow[] = [
  {
    i: 0,
    uri: 's3://shop/street.jpg',
    sha256: 'a'.repeat(64),
    answer: {
      picture: { width: 200, height: 100 },
      tags: [
        {
          label: 'car',
          score: 0.75,
          parents: [{ en: 'vehicle' }],
          instances: [
            { score: 0.75, box: { x: 20, y: 10, width: 100, height: 50 } },
            { score: 0.5, box: { x: 0, y: 0, width: 10, height: 10 } },
          ],
        },
        { label: 'road', score: 0.5 },
      ],
    },
  },
  { i: 1, uri: '=cmd|"x",1.jpg', error: { code: 'IMAGE_CORRUPT', message: 'cut off', retryable: false } },
  {
    i: 2,
    uri: 's3://shop/nude.jpg',
    answer: { verdict: 'review', predictions: [{ label: 'Suggestive', score: 0.9 }] },
  },
];

async function* rows(): AsyncGenerator<BatchRow> {
  yield* ROWS;
}

async function merged(profile: ProfileName, from = rows()): Promise<string> {
  const plan = await planFor(await emptyPlace(), 3);
  const out = join(await temporaryFolder(), 'out');
  await merge(from, plan, profile, out);
  return out;
}

const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
const lines = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n');

test('rows as JSON lines are the rows', async () => {
  expect((await lines(await merged('jsonl'))).map((line) => JSON.parse(line))).toEqual(ROWS);
});

test('CSV has a line for each box, quotes as RFC 4180 has them, and no formulas', async () => {
  expect(await readFile(await merged('csv'), 'utf8')).toBe(
    [
      'i,uri,label,score,x,y,width,height,error,retryable',
      '0,s3://shop/street.jpg,car,0.75,20,10,100,50,,',
      '0,s3://shop/street.jpg,car,0.5,0,0,10,10,,',
      '0,s3://shop/street.jpg,road,0.5,,,,,,',
      '1,"\'=cmd|""x"",1.jpg",,,,,,,IMAGE_CORRUPT,false',
      '2,s3://shop/nude.jpg,Suggestive,0.9,,,,,,',
      '',
    ].join('\r\n'),
  );
});

test('Rekognition’s output manifest has percentages and fractions', async () => {
  const manifest = (await lines(await merged('rekognition'))).map((line) => JSON.parse(line));
  expect(manifest[0]).toEqual({
    'source-ref': 's3://shop/street.jpg',
    'detect-labels': {
      Labels: [
        {
          Name: 'car',
          Confidence: 75,
          Parents: [{ Name: 'vehicle' }],
          Instances: [
            { BoundingBox: { Left: 0.1, Top: 0.1, Width: 0.5, Height: 0.5 }, Confidence: 75 },
            { BoundingBox: { Left: 0, Top: 0, Width: 0.05, Height: 0.1 }, Confidence: 50 },
          ],
        },
        { Name: 'road', Confidence: 50, Parents: [], Instances: [] },
      ],
    },
  });
  expect(manifest[1]).toMatchObject({ error: { 'error-code': 'IMAGE_CORRUPT' } });
  expect(manifest[2]).toMatchObject({
    'detect-moderation-labels': { ModerationLabels: [{ Name: 'Suggestive', Confidence: 90 }] },
  });
});

test('Google Vision’s shards are messages of its own library', async () => {
  const out = await merged('google-vision');
  expect(await readdir(out)).toEqual(['output-1-to-3.json']);
  const shard = await json(join(out, 'output-1-to-3.json'));
  const Message = protos.google.cloud.vision.v1.BatchAnnotateImagesResponse;
  expect(Message.verify(shard)).toBeNull();
  // Members that the message does not know are left out of it.
  expect(Message.toObject(Message.fromObject(shard))).toMatchObject({
    responses: [
      {
        labelAnnotations: [{ description: 'car' }, { description: 'road' }],
        localizedObjectAnnotations: [{ name: 'car' }, { name: 'car' }],
        context: { uri: 's3://shop/street.jpg' },
      },
      { error: { code: 3 } },
      { labelAnnotations: [{ description: 'Suggestive' }] },
    ],
  });
  expect(shard.responses[0].localizedObjectAnnotations[0].boundingPoly.normalizedVertices).toEqual([
    { x: 0.1, y: 0.1 },
    { x: 0.6, y: 0.1 },
    { x: 0.6, y: 0.6 },
    { x: 0.1, y: 0.6 },
  ]);
});

test('Google Vision’s shards have twenty answers', async () => {
  async function* many(): AsyncGenerator<BatchRow> {
    for (let i = 0; i < 45; i++) yield { i, uri: `${i}.jpg`, answer: {} };
  }
  expect((await readdir(await merged('google-vision', many()))).sort()).toEqual([
    'output-1-to-20.json',
    'output-21-to-40.json',
    'output-41-to-45.json',
  ]);
});

test('COCO refers to images and categories that are there', async () => {
  const { images, annotations, categories } = await json(await merged('coco'));
  expect(images[0]).toEqual({ id: 0, file_name: 's3://shop/street.jpg', width: 200, height: 100 });
  expect(categories).toMatchObject([{ id: 1, name: 'car' }]);
  expect(annotations[0]).toMatchObject({
    id: 1,
    image_id: 0,
    category_id: 1,
    bbox: [20, 10, 100, 50],
    area: 5_000,
    iscrowd: 0,
    score: 0.75,
  });
  for (const { image_id, category_id } of annotations) {
    expect(images.some(({ id }: { id: number }) => id === image_id)).toBe(true);
    expect(categories.some(({ id }: { id: number }) => id === category_id)).toBe(true);
  }
});

test('YOLO has centres and sizes as fractions, and a name for each class', async () => {
  const out = await merged('yolo');
  expect(await lines(join(out, 'labels', '0000000-street.txt'))).toEqual([
    '0 0.350000 0.350000 0.500000 0.500000 0.750000',
    '0 0.025000 0.050000 0.050000 0.100000 0.500000',
  ]);
  expect(await lines(join(out, 'classes.txt'))).toEqual(['car']);
});

test('Label Studio’s tasks have boxes in percent', async () => {
  const tasks = await json(await merged('label-studio'));
  expect(tasks).toHaveLength(3);
  expect(tasks[0]).toMatchObject({
    data: { image: 's3://shop/street.jpg' },
    predictions: [
      {
        model_version: 'stub',
        result: [
          {
            type: 'rectanglelabels',
            original_width: 200,
            original_height: 100,
            value: { x: 10, y: 10, width: 50, height: 50, rotation: 0, rectanglelabels: ['car'] },
          },
          {},
        ],
      },
    ],
  });
  expect(tasks[1].predictions).toEqual([]);
  expect(tasks[2].predictions[0].result[0].value).toEqual({ choices: ['Suggestive'] });
});

test('parquet has columns to filter by, in row groups, and is a source itself', async () => {
  async function* many(): AsyncGenerator<BatchRow> {
    yield* ROWS;
    for (let i = 3; i < 5_000; i++) yield { i, uri: `s3://shop/${i}.jpg`, answer: { predictions: [] } };
  }
  const out = `${await merged('parquet', many())}`;
  const file = await asyncBufferFromFile(out);
  const all = await parquetReadObjects({ file });
  expect(all).toHaveLength(5_000);
  expect(all[0]).toMatchObject({ i: 0n, label: 'car', score: 0.75, sha256: 'a'.repeat(64) });
  expect(JSON.parse(String(all[0]?.['answer']))).toEqual(
    'answer' in (ROWS[0] ?? {}) ? ROWS[0]?.['answer' as never] : 0,
  );
  expect(all[1]).toMatchObject({ error: 'IMAGE_CORRUPT', message: 'cut off', retryable: false });
  expect(all[1]?.['answer'] ?? undefined).toBeUndefined();
  const { rename } = await import('node:fs/promises');
  await rename(out, `${out}.parquet`);
  const uris: string[] = [];
  const s3 = () => Promise.reject(new Error('not asked for'));
  for await (const { uri } of readSource(`${out}.parquet`, { s3 })) uris.push(uri);
  expect(uris).toHaveLength(5_000);
  expect(uris[4_999]).toBe('s3://shop/4999.jpg');
});

test('every form that can be chosen is tested here', () => {
  expect(Object.keys(PROFILES).sort()).toEqual(
    ['coco', 'csv', 'google-vision', 'jsonl', 'label-studio', 'parquet', 'rekognition', 'yolo'].sort(),
  );
});
