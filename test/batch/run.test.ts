import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { byIndex, inProcess } from '../../src/batch/executors/in-process.ts';
import type { Place } from '../../src/batch/place/types.ts';
import { allRows, failedInputs } from '../../src/batch/rows.ts';
import { readJournal, writeJournal } from '../../src/batch/run/journal.ts';
import { outcomeOf, statusOf } from '../../src/batch/status.ts';
import type { BatchRow } from '../../src/batch/types.ts';
import { workOn } from '../../src/batch/work.ts';
import { PictorError } from '../../src/errors.ts';
import { emptyPlace, planFor, stub } from './support.ts';

async function rowsOf(place: Place, plan: Awaited<ReturnType<typeof planFor>>): Promise<BatchRow[]> {
  const rows: BatchRow[] = [];
  for await (const row of allRows(plan, place)) rows.push(row);
  return rows;
}

describe('a plan', () => {
  test('is the same for the same inputs, and refused where another one is', async () => {
    const place = await emptyPlace();
    const plan = await planFor(place, 25);
    expect(plan.list.offsets).toHaveLength(3);
    const before = await readFile(`${place.url}/plan.json`);
    expect(await planFor(place, 25)).toEqual(plan);
    expect(await readFile(`${place.url}/plan.json`)).toEqual(before);
    await expect(planFor(place, 26)).rejects.toThrow(/differs in count, list.*--out/);
    await expect(planFor(place, 25, { options: { topK: 1 } })).rejects.toThrow(/differs in options/);
  });

  test('of nothing is refused', async () => {
    await expect(planFor(await emptyPlace(), 0)).rejects.toMatchObject({ code: 'BATCH_PLAN_INVALID' });
  });

  test('that is not there is asked for', async () => {
    const place = await emptyPlace();
    await expect(workOn({ place, openRecognizer: async () => stub() })).rejects.toThrow(/pictor batch plan/);
  });
});

describe('a run', () => {
  test('gives one row for each input, in order, failures included, and says how far it is', async () => {
    const place = await emptyPlace();
    const plan = await planFor(place, 125);
    expect(await statusOf(plan, place)).toMatchObject({ chunks: { done: 0, all: 13 }, inputs: { done: 0 } });
    const summary = await workOn({ place, openRecognizer: async () => stub() });
    expect(summary).toMatchObject({ chunks: 13, rows: 125, failed: 4 });
    const rows = await rowsOf(place, plan);
    expect(rows.map(({ i, uri }) => [i, uri])).toEqual(
      Array.from({ length: 125 }, (_, i) => [i, `picture-${i}.jpg`]),
    );
    expect(rows[36]).toMatchObject({ error: { code: 'IMAGE_CORRUPT', retryable: false } });
    expect(await statusOf(plan, place)).toMatchObject({ chunks: { done: 13, begun: 0 }, missing: [] });
    expect(await outcomeOf(plan, place)).toEqual({
      rows: 125,
      failed: 4,
      errors: { IMAGE_CORRUPT: 3, IMAGE_URL_FAILED: 1 },
      retryable: 1,
      damaged: [],
    });
  });

  test('resumed does only what has no shard', async () => {
    const place = await emptyPlace();
    await planFor(place, 100);
    await workOn({ place, openRecognizer: async () => stub() });
    await place.remove('part-000003.jsonl');
    const asked: string[] = [];
    await workOn({ place, openRecognizer: async () => stub(asked) });
    expect(asked.sort()).toEqual(Array.from({ length: 10 }, (_, i) => `picture-${30 + i}.jpg`));
  });

  test('over indexes is the same, byte for byte', async () => {
    const one = await emptyPlace();
    const many = await emptyPlace();
    await planFor(one, 95, { gzip: true });
    await planFor(many, 95, { gzip: true });
    await workOn({ place: one, openRecognizer: async () => stub(), executor: inProcess });
    for (const index of [2, 0, 1]) {
      await workOn({ place: many, openRecognizer: async () => stub(), executor: byIndex(index, 3) });
    }
    const shards = (await readdir(one.url)).filter((name) => name.startsWith('part-'));
    expect(shards).toHaveLength(10);
    for (const name of shards) expect(await many.read(name)).toEqual(await one.read(name));
  });

  test('that is stopped finishes what it began', async () => {
    const place = await emptyPlace();
    await planFor(place, 200);
    const stop = new AbortController();
    const { chunks } = await workOn({
      place,
      openRecognizer: async () => stub(),
      signal: stop.signal,
      onChunk: () => stop.abort(),
    });
    expect(chunks).toBeGreaterThan(0);
    expect(chunks).toBeLessThan(20);
    expect((await readdir(place.url)).filter((name) => name.startsWith('part-'))).toHaveLength(chunks);
  });

  test('whose failures are planned again keeps their numbers', async () => {
    const place = await emptyPlace();
    const plan = await planFor(place, 125);
    await workOn({ place, openRecognizer: async () => stub() });
    const again = await emptyPlace();
    const second = await planFor(again, 0, { inputs: failedInputs(plan, place, { onlyRetryable: true }) });
    expect(second.count).toBe(1);
    expect((await again.read('list.jsonl'))?.toString()).toContain('"row":50');
  });
});

describe('a picture that kills its worker', () => {
  const victim = 'picture-14.jpg';
  /** The process would be gone at the victim: nothing is written any more. */
  const dies = () => ({
    ...stub(),
    async recognize({ uri }: { uri: string }) {
      return uri === victim ? new Promise<never>(() => {}) : { answer: { uri } };
    },
  });
  const workThatDies = async (place: Place, suspects: number[]) => {
    void workOn({ place, openRecognizer: async () => dies() }).catch(() => {});
    await expect.poll(() => readJournal(place, 1), { timeout: 10_000 }).toMatchObject({ alone: 4, suspects });
  };

  test('is tried alone twice, then given up; its chunk is whole', async () => {
    const place = await emptyPlace();
    const plan = await planFor(place, 30);
    // As a worker left it that died in the first group of chunk 1.
    await writeJournal(place, 1, { group: [0, 10], suspects: [], poison: [] });
    await workThatDies(place, []);
    await workThatDies(place, [4]);
    const { failed } = await workOn({ place, openRecognizer: async () => dies() });
    expect(failed).toBe(1);
    const rows = await rowsOf(place, plan);
    expect(rows[14]).toMatchObject({ error: { code: 'WORKER_LOST', retryable: false } });
    expect(rows.filter((row) => 'error' in row)).toHaveLength(1);
  });

  test('is told from one that was alone when its machine was taken away', async () => {
    const place = await emptyPlace();
    const plan = await planFor(place, 30);
    await writeJournal(place, 1, { group: [0, 10], suspects: [], poison: [] });
    await workThatDies(place, []);
    const asked: string[] = [];
    const { failed } = await workOn({ place, openRecognizer: async () => stub(asked) });
    expect(failed).toBe(0);
    expect(asked.filter((uri) => uri === victim)).toHaveLength(1);
    expect((await rowsOf(place, plan)).filter((row) => 'error' in row)).toEqual([]);
  });

  test('is not blamed when its worker is told to go', async () => {
    const place = await emptyPlace();
    await planFor(place, 30);
    await writeJournal(place, 1, { group: [0, 10], suspects: [], poison: [] });
    const stop = new AbortController();
    const slow = {
      ...stub(),
      async recognize({ uri }: { uri: string }, signal: AbortSignal) {
        if (uri === victim) {
          stop.abort();
          await once(signal, 'abort');
        }
        return { answer: { uri } };
      },
    };
    await expect(
      workOn({ place, openRecognizer: async () => slow, signal: stop.signal, graceMs: 10 }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await place.list('begun-')).toEqual([]);
  });

  test('in a process of the engine costs one row, not those that were with it', async () => {
    const place = await emptyPlace();
    const plan = await planFor(place, 30, { chunk: 30 });
    let inProgress = new Set<string>();
    const recognizer = {
      ...stub(),
      async recognize({ uri }: { uri: string }) {
        const mine = inProgress.add(uri);
        await new Promise((resolve) => setImmediate(resolve));
        if (mine.has(victim)) {
          inProgress = new Set();
          throw new PictorError('WORKER_LOST', { received: uri });
        }
        mine.delete(uri);
        return { answer: { uri } };
      },
    };
    await workOn({ place, openRecognizer: async () => recognizer });
    const failures = (await rowsOf(place, plan)).filter((row) => 'error' in row);
    expect(failures).toMatchObject([{ i: 14, error: { code: 'WORKER_LOST', retryable: false } }]);
  });
});

describe('a shard that was damaged by hand', () => {
  test.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['out of order', (text: string) => text.split('\n').reverse().join('\n')],
    ['one row short', (text: string) => text.split('\n').slice(1).join('\n')],
  ])('(%s) is named, with what to do', async (_, damage) => {
    const place = await emptyPlace();
    const plan = await planFor(place, 30);
    await workOn({ place, openRecognizer: async () => stub() });
    const path = `${place.url}/part-000001.jsonl`;
    await writeFile(path, damage(await readFile(path, 'utf8')));
    await expect(rowsOf(place, plan)).rejects.toThrow(/part-000001.jsonl.*pictor batch resume/);
    expect(await outcomeOf(plan, place)).toMatchObject({
      rows: 20,
      damaged: [expect.stringMatching(/part-000001.jsonl.*pictor batch resume/)],
    });
  });
});
