import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { localPlace } from '../../src/batch/place/local-place.ts';
import type { S3Client } from '../../src/batch/place/s3-client.ts';
import { DEFAULT_CHUNK, measuredChunk } from '../../src/batch/plan/chunk-size.ts';
import { earlierAnswers } from '../../src/batch/run/earlier-answers.ts';
import { openRecognizer } from '../../src/batch/run/open-recognizer.ts';
import type { BatchInput } from '../../src/batch/types.ts';
import { workOn } from '../../src/batch/work.ts';
import { emptyPlace, planFor, stub, temporaryFolder } from './support.ts';

const hex = (n: number) => n.toString(16).padStart(64, '0');

/** Answers by content: the number in the name is the content. */
const byContent = (asked: string[] = []) => ({
  ...stub(),
  async recognize({ uri }: BatchInput) {
    asked.push(uri);
    return { sha256: hex(Number(/\d+/.exec(uri)?.[0])), answer: { of: uri } };
  },
});

test('answers of an earlier run of the same model are found by content', async () => {
  const place = await emptyPlace();
  const plan = await planFor(place, 25);
  await workOn({ place, openRecognizer: async () => byContent() });
  const earlier = await earlierAnswers(plan, place);
  expect(earlier.size).toBe(25);
  for (const n of [24, 0, 13]) expect(await earlier.find(hex(n))).toEqual({ of: `picture-${n}.jpg` });
  expect(await earlier.find(hex(25))).toBeUndefined();
});

test.each([
  ['task', { task: 'detect' }],
  ['options', { options: { topK: 1 } }],
  ['model', { model: { id: 'stub', sha256: '1'.repeat(64) } }],
] as const)('those of another %s are refused', async (what, more) => {
  const place = await emptyPlace();
  await planFor(place, 5);
  const other = await planFor(await emptyPlace(), 5, more);
  await expect(earlierAnswers(other, place)).rejects.toThrow(new RegExp(`differs in ${what}.*--reuse`));
});

test('the same content is recognised once, and not at all where there is an answer', async () => {
  const folder = await temporaryFolder();
  const png = (background: string) =>
    sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer();
  await writeFile(join(folder, 'a.png'), await png('red'));
  await copyFile(join(folder, 'a.png'), join(folder, 'b.png'));
  await writeFile(join(folder, 'c.png'), await png('blue'));
  const { openModelStore } = await import('../../src/models/store/store.ts');
  const { manifest } = await openModelStore().resolve('nsfw-mobilenetv2');
  const plan = {
    task: 'moderate',
    options: {},
    model: { id: manifest.id, sha256: manifest.files[0]?.sha256 ?? '' },
  } as const;
  const stored = { verdict: 'stored' };
  const wanted: string[] = [];
  await using recognizer = await openRecognizer(plan, {
    workers: 1,
    s3: async () => objects(),
    trustEtags: true,
    earlier: {
      size: 1,
      async find(sha256) {
        wanted.push(sha256);
        return wanted.length === 2 ? stored : undefined;
      },
    },
  });
  const fetched: string[] = [];
  /** A bucket over the folder. */
  function objects(): S3Client {
    const get = async (_: string, key: string) => {
      fetched.push(key);
      return readFile(join(folder, key));
    };
    return { get } as Pick<S3Client, 'get'> as S3Client;
  }
  const ask = (input: BatchInput) => recognizer.recognize(input, new AbortController().signal);
  const [a, b] = [await ask({ uri: join(folder, 'a.png') }), await ask({ uri: join(folder, 'b.png') })];
  expect(b).toEqual(a);
  expect(a.answer).not.toEqual(stored);
  // One look for both: the second time, the answer was known.
  expect(wanted).toHaveLength(1);
  expect((await ask({ uri: join(folder, 'c.png') })).answer).toEqual(stored);
  const tagged = await ask({ uri: 's3://shop/a.png', etag: 'same' });
  expect(tagged).toEqual(a);
  expect(await ask({ uri: 's3://shop/b.png', etag: 'same' })).toEqual(a);
  await ask({ uri: 's3://other/b.png', etag: 'same' });
  expect(fetched).toEqual(['a.png', 'b.png']);
});

test('a chunk is a power of two between bounds, by what pictures take here', async () => {
  const sample = Array.from({ length: 32 }, (_, i) => ({ uri: `picture-${i}.jpg` }));
  const { signal } = new AbortController();
  const { chunk, rate } = await measuredChunk(sample, byContent(), signal);
  expect(chunk).toBe(4_096);
  expect(rate).toBeGreaterThan(0);
  const slow = {
    ...byContent(),
    async recognize() {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { answer: {} };
    },
  };
  // Eight at once in 0.3 s are 64 at best; a busy machine makes it less.
  expect((await measuredChunk(sample.slice(0, 9), slow, signal)).chunk).toBeLessThanOrEqual(64);
});

test('a chunk has its usual size where no picture can be read', async () => {
  const failing = {
    ...stub(),
    recognize: () => Promise.reject(new Error('not there')),
  };
  const { signal } = new AbortController();
  const sample = [{ uri: 'a.jpg' }, { uri: 'b.jpg' }];
  expect(await measuredChunk(sample, failing, signal)).toEqual({ chunk: DEFAULT_CHUNK });
  expect(await measuredChunk([], failing, signal)).toEqual({ chunk: DEFAULT_CHUNK });
});

test('a plan that differs in the size of its chunks says so, and nothing else', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'run'));
  const place = localPlace(join(folder, 'run'));
  await planFor(place, 25);
  await expect(planFor(place, 25, { chunk: 5 })).rejects.toThrow(/differs in chunk\. .*batch work \//);
});
