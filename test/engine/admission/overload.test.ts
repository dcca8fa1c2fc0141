import { expect, test, vi } from 'vitest';
import { createEngine } from '../../../src/engine/engine.ts';
import type { Engine, EngineOptions, Session } from '../../../src/engine/types.ts';
import { meanColour, solid } from '../mean-colour.ts';

/** Convolutions that make a picture take long enough for what surrounds it not to matter. */
const EFFORT = 24;

/** An engine of one worker that holds one picture at a time and knows how long one takes: that many milliseconds. */
async function experienced(options: EngineOptions = {}) {
  const engine = createEngine({ workers: 1, prefetch: 0, ...options });
  const model = await meanColour({ effort: EFFORT });
  const session = await engine.open(model);
  const times: number[] = [];
  for (let n = 0; n < 15; n++) {
    const started = performance.now();
    await session.infer(await solid(n));
    times.push(performance.now() - started);
  }
  return { engine, model, session, pictureMs: Math.max(...times.slice(5)) };
}

/** Hands pictures in that can wait as long as they have to. @param from the first colour */
async function occupy(session: Session, engine: Engine, count: number, from: number) {
  const pictures = await Promise.all(Array.from({ length: count }, (_, n) => solid(from + n)));
  const work = pictures.map((picture) => session.infer(picture));
  await vi.waitFor(() => expect(engine.stats().queue.pictures).toBe(count - 1), { interval: 1 });
  return work;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

test('the work of one model delays the pictures of another, and that is known when they come', async () => {
  const { engine, session, pictureMs } = await experienced();
  await using _engine = engine;
  const quick = await engine.open(await meanColour());
  for (let n = 0; n < 3; n++) await quick.infer(await solid(n));
  const late = await solid(100);
  const patient = await solid(101);
  const before = engine.stats().completed;
  const work = await occupy(session, engine, 12, 1000);
  // Twelve pictures of its own model would be done by then; twelve of the other will not.
  await expect(quick.infer(late, { deadlineMs: 4 * pictureMs })).rejects.toMatchObject({
    code: 'OVERLOADED',
    status: 503,
    details: { retryAfter: expect.any(Number) },
  });
  expect(engine.stats().completed - before).toBeLessThanOrEqual(1);
  expect(engine.stats().shed).toMatchObject({ late: 1, deadline: 0 });
  expect(await codeOf(quick.infer(patient, { deadlineMs: 100 * pictureMs }))).toBe('ok');
  expect(await Promise.all(work.map(codeOf))).toEqual(work.map(() => 'ok'));
});

test('a picture in line is refused as soon as it is known that it will be late, not when it is', async () => {
  const { engine, model, session, pictureMs } = await experienced();
  await using _engine = engine;
  const unknown = await engine.open(model, { warmUp: false });
  const picture = await solid(100);
  const work = await occupy(unknown, engine, 24, 1000);
  const before = engine.stats().completed;
  // Nobody knows how long the others take before the first of them is done.
  const waiting = session.infer(picture, { deadlineMs: 12 * pictureMs });
  await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(engine.stats().completed - before).toBeLessThan(12);
  expect(engine.stats()).toMatchObject({ shed: { late: 1, deadline: 0 } });
  expect(await Promise.all(work.map(codeOf))).toEqual(work.map(() => 'ok'));
});

test('what would be refused whatever it is can be asked for before there is a picture', async () => {
  const { engine, session, pictureMs } = await experienced();
  await using _engine = engine;
  const impatient = { client: 'somebody', deadlineMs: 2 * pictureMs };
  expect(() => engine.check(impatient)).not.toThrow();
  const work = await occupy(session, engine, 12, 1000);
  expect(() => engine.check({ deadlineMs: 2 * pictureMs })).toThrow(
    expect.objectContaining({
      code: 'OVERLOADED',
      details: expect.objectContaining({ retryAfter: expect.any(Number) }),
    }),
  );
  // One who has nothing in line is served after one of the others' pictures.
  expect(() => engine.check({ client: 'somebody', deadlineMs: 10 * pictureMs })).not.toThrow();
  expect(() => engine.check({ deadlineMs: 100 * pictureMs })).not.toThrow();
  expect(() => engine.check({})).not.toThrow();
  await Promise.all(work);
  expect(() => engine.check(impatient)).not.toThrow();
});

test('where a cache may know the answer, nothing is refused before the picture is there', async () => {
  const { engine, session } = await experienced({ cache: { maxEntries: 64 } });
  await using _engine = engine;
  const work = await occupy(session, engine, 12, 1000);
  expect(() => engine.check({ deadlineMs: 1 })).not.toThrow();
  expect(await codeOf(session.infer(await solid(0), { deadlineMs: 100 }))).toBe('ok');
  await Promise.all(work);
});

test('an engine that stood still for a while finds out that it does no more', async () => {
  const { engine, session, pictureMs } = await experienced();
  await using _engine = engine;
  const [pid = 0] = engine.stats().workers.pids;
  const deadlineMs = 4 * pictureMs;
  process.kill(pid, 'SIGSTOP');
  const slow = session.infer(await solid(100));
  await new Promise((resolve) => setTimeout(resolve, 20 * pictureMs));
  process.kill(pid, 'SIGCONT');
  await slow;
  const [picture, next] = [await solid(101), await solid(102)];
  expect(await codeOf(session.infer(picture, { deadlineMs }))).toBe('OVERLOADED');
  await vi.waitFor(() => session.infer(picture, { deadlineMs }), { timeout: 10_000, interval: 50 });
  expect(await codeOf(session.infer(next, { deadlineMs }))).toBe('ok');
});
