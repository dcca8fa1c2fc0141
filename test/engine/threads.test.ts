import { describe, expect, test } from 'vitest';
import { cpuQuota } from '../../src/engine/cpu-quota.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { threadShare } from '../../src/engine/queue/thread-share.ts';
import type { EngineOptions, OpenOptions, Session } from '../../src/engine/types.ts';
import { meanColour, solid } from './mean-colour.ts';

const QUOTA = cpuQuota();

/** Threads of each of so many inferences that are asked for at the same time. */
async function threadsOf(session: Session, count: number): Promise<(number | undefined)[]> {
  const pictures = await Promise.all(Array.from({ length: count }, (_, n) => solid(n * 1_001)));
  const answers = await Promise.all(pictures.map((picture) => session.infer(picture)));
  return answers.map(({ threads }) => threads);
}

async function opened(options: EngineOptions, open: OpenOptions = {}) {
  const engine = createEngine(options);
  const session = await engine.open(await meanColour(), open);
  // Every worker has the model.
  while (engine.stats().workers.alive < (options.workers ?? 1))
    await new Promise((resolve) => setTimeout(resolve, 20));
  return { engine, session };
}

describe.skipIf(QUOTA < 2)('threads inside an inference', () => {
  test('a picture alone gets every processor, many at a time share them', async () => {
    const { engine, session } = await opened({ workers: QUOTA });
    await using _engine = engine;
    expect(await threadsOf(session, 1)).toEqual([QUOTA]);
    // Until the other workers have the model, there is nobody to share with.
    await expect.poll(async () => (await threadsOf(session, 8 * QUOTA)).at(-1), { timeout: 20_000 }).toBe(1);
    expect(await threadsOf(session, 1)).toEqual([QUOTA]);
  });

  test('one worker infers one picture at a time, on every processor', async () => {
    const { engine, session } = await opened({ workers: 1 });
    await using _engine = engine;
    expect(new Set(await threadsOf(session, 8))).toEqual(new Set([QUOTA]));
  });

  test('a deterministic engine always uses the same number', async () => {
    const { engine, session } = await opened({ workers: QUOTA, deterministic: true });
    await using _engine = engine;
    expect(await threadsOf(session, 1)).toEqual([1]);
    expect(new Set(await threadsOf(session, 4))).toEqual(new Set([1]));
  });

  test.each([
    ['the engine', { intraOpThreads: 2 }, {}],
    ['the model', {}, { intraOpThreads: 2 }],
  ])('a number that is given for %s holds under every load', async (_, options, open) => {
    const { engine, session } = await opened({ workers: 2, ...options }, open);
    await using _engine = engine;
    expect(new Set([...(await threadsOf(session, 1)), ...(await threadsOf(session, 6))])).toEqual(
      new Set([2]),
    );
  });
});

test.each([
  [1, 1, 1],
  [2, 1, 2],
  [2, 2, 1],
  [8, 2, 4],
  [8, 3, 2],
  [8, 100, 1],
  [3, 2, 1],
])('of %i processors, each of %i inferences gets %i threads', (most, inferences, threads) => {
  expect(threadShare(most, inferences)).toBe(threads);
});
