import { expect, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { EngineEvent } from '../../src/engine/stats/types.ts';
import type { Engine } from '../../src/engine/types.ts';
import { colourOf, meanColour, seen, solid } from './mean-colour.ts';

/** Ends one worker as a crash in native code or the kernel's memory killer would. */
function kill(engine: Engine, index = 0): void {
  const pid = engine.stats().workers.pids[index];
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

test('requests of a worker that dies are answered by another one, each once and with its own answer', async () => {
  await using engine = createEngine({ workers: 2 });
  await using session = await engine.open(await meanColour({ effort: 4 }));
  const events: EngineEvent[] = [];
  engine.subscribe((event) => events.push(event));
  const pictures = await Promise.all(Array.from({ length: 40 }, (_, n) => solid(n * 5003)));
  let settled = 0;
  const answers = pictures.map(async (picture, n) => {
    const { outputs } = await session.infer(picture);
    settled += 1;
    if (settled === 5) kill(engine, 0);
    if (settled === 15) kill(engine, 1);
    expect(seen(outputs)).toEqual(colourOf(n * 5003));
  });
  await Promise.all(answers);
  expect(settled).toBe(40);
  const { completed, retried, workers, inFlight, queue } = engine.stats();
  expect({ completed, inFlight, waiting: queue.pictures }).toEqual({
    completed: 40,
    inFlight: 0,
    waiting: 0,
  });
  expect(retried).toBeGreaterThan(0);
  expect(workers.restarts).toBe(2);
  const reasons = events.flatMap((event) => (event.type === 'worker-lost' ? [event.reason] : []));
  expect(reasons).toEqual(['it ended with SIGKILL', 'it ended with SIGKILL']);
});

test('a request whose workers keep dying is given up as WORKER_LOST, and the engine goes on', async () => {
  await using engine = createEngine({ workers: 1 });
  await using session = await engine.open(await meanColour({ effort: 60 }));
  let alive = true;
  const killer = (async () => {
    while (alive) {
      if (engine.stats().inFlight > 0) kill(engine);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  await expect(session.infer(await solid(1))).rejects.toMatchObject({ code: 'WORKER_LOST', retryable: true });
  alive = false;
  await killer;
  const { outputs } = await session.infer(await solid(77));
  expect(seen(outputs)).toEqual(colourOf(77));
});

test('a worker that hangs in an inference is ended and replaced', async () => {
  await using engine = createEngine({ workers: 1, inferenceTimeoutMs: 1 });
  const reasons: string[] = [];
  engine.subscribe((event) => event.type === 'worker-lost' && reasons.push(event.reason));
  // Longer than the time between two looks at the workers.
  await using session = await engine.open(await meanColour({ effort: 400 }), { warmUp: false });
  await expect(session.infer(await solid(1))).rejects.toMatchObject({ code: 'WORKER_LOST' });
  expect(reasons.length).toBeGreaterThanOrEqual(2);
  expect(reasons[0]).toContain('an inference took longer than 1 ms');
});

test('a worker that dies while idle is replaced without anybody noticing', async () => {
  await using engine = createEngine({ workers: 1 });
  await using session = await engine.open(await meanColour());
  const back = new Promise<void>((resolve) => {
    engine.subscribe(({ type }) => type === 'worker-up' && resolve());
  });
  kill(engine);
  await back;
  expect(seen((await session.infer(await solid(9))).outputs)).toEqual(colourOf(9));
});
