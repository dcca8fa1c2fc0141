import { expect, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { EngineEvent } from '../../src/engine/stats/types.ts';
import { colourOf, meanColour, seen, solid } from './mean-colour.ts';

type BatchEvent = Extract<EngineEvent, { type: 'batch' }>;

async function batching(options: { maxSize: number; maxDelayMs: number; batch?: boolean }) {
  const engine = createEngine({ workers: 1, batch: options });
  const batches: BatchEvent[] = [];
  engine.subscribe((event) => event.type === 'batch' && batches.push(event));
  return { engine, batches, session: await engine.open(await meanColour({ batch: options.batch ?? true })) };
}

test('pictures share an inference, and each gets its own answer', async () => {
  const { engine, batches, session } = await batching({ maxSize: 4, maxDelayMs: 10_000 });
  await using _engine = engine;
  const pictures = await Promise.all(Array.from({ length: 8 }, (_, n) => solid(n * 70_001)));
  const answers = await Promise.all(pictures.map((picture) => session.infer(picture)));
  for (const [n, { outputs }] of answers.entries()) {
    expect(seen(outputs)).toEqual(colourOf(n * 70_001));
    expect(outputs['mean']?.dims).toEqual([1, 3]);
  }
  expect(batches.map(({ items, reason }) => [items, reason])).toEqual([
    [4, 'full'],
    [4, 'full'],
  ]);
  expect(batches.every(({ oldestWaitMs, inferenceMs }) => oldestWaitMs >= 0 && inferenceMs > 0)).toBe(true);
  expect(engine.stats().batches).toEqual({ count: 2, items: 8, reasons: { full: 2, delay: 0, alone: 0 } });
});

test('a batch that does not fill up runs when its oldest picture has waited long enough', async () => {
  const { engine, batches, session } = await batching({ maxSize: 4, maxDelayMs: 5 });
  await using _engine = engine;
  await session.infer(await solid(1));
  expect(batches).toMatchObject([{ items: 1, reason: 'delay', model: 'mean-colour', worker: 0 }]);
  expect(batches[0]?.oldestWaitMs).toBeGreaterThanOrEqual(4.9);
});

test('a picture that cannot be decoded fails alone', async () => {
  const { engine, batches, session } = await batching({ maxSize: 3, maxDelayMs: 10_000 });
  await using _engine = engine;
  const [a, b, c] = await Promise.all([solid(1), solid(2), solid(3)]);
  const broken = session.infer((await solid(4)).slice(0, 60));
  const others = Promise.all([session.infer(a), session.infer(b), session.infer(c)]);
  await expect(broken).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' });
  expect((await others).map(({ outputs }) => seen(outputs))).toEqual([1, 2, 3].map(colourOf));
  expect(batches).toMatchObject([{ items: 3, reason: 'full' }]);
});

test('a graph for one picture at a time is never given two', async () => {
  const { engine, batches, session } = await batching({ maxSize: 4, maxDelayMs: 10_000, batch: false });
  await using _engine = engine;
  const answers = await Promise.all([session.infer(await solid(1)), session.infer(await solid(2))]);
  expect(answers.map(({ outputs }) => seen(outputs))).toEqual([1, 2].map(colourOf));
  expect(batches.map(({ items, reason }) => [items, reason])).toEqual([
    [1, 'alone'],
    [1, 'alone'],
  ]);
});
