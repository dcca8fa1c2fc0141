import { expect, test, vi } from 'vitest';
import { createEngine } from '../../../src/engine/engine.ts';
import type { EngineEvent, ShedReason } from '../../../src/engine/stats/types.ts';
import type { Engine, EngineOptions, Session } from '../../../src/engine/types.ts';
import { colourOf, meanColour, seen, solid } from '../mean-colour.ts';

/** An engine of one worker that holds one picture at a time, and that is busy with one. */
async function busyEngine(options: EngineOptions = {}, effort = 24) {
  const engine = createEngine({ workers: 1, prefetch: 0, ...options });
  const session = await engine.open(await meanColour({ effort }), { warmUp: false });
  const running = session.infer(await solid(1_000_000), { client: 'first' });
  return { engine, session, running };
}

function sheds(engine: Engine): ShedReason[] {
  const reasons: ShedReason[] = [];
  engine.subscribe((event: EngineEvent) => event.type === 'shed' && reasons.push(event.reason));
  return reasons;
}

/** How many answers stand, by code. */
async function outcomes(work: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const result of await Promise.allSettled(work)) {
    const key = result.status === 'fulfilled' ? 'ok' : String(result.reason.code);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

async function burst(session: Session, count: number, client: string) {
  const pictures = await Promise.all(
    Array.from({ length: count }, (_, n) => solid(n + client.length * 1000)),
  );
  return pictures.map((picture) => session.infer(picture, { client }));
}

test.each([
  ['pictures', { maxPictures: 2 }],
  ['pixels', { maxPixels: 2 * 8 * 8 }],
  ['bytes', { maxBytes: 250 }],
] as const)('the line is bounded in %s; what comes on top is refused at once', async (_, queue) => {
  const { engine, session, running } = await busyEngine({ queue });
  await using _engine = engine;
  const reasons = sheds(engine);
  const work = await burst(session, 5, 'many');
  const refused = await Promise.race(work.map((job) => job.catch((error: unknown) => error)));
  expect(refused).toMatchObject({
    code: 'OVERLOADED',
    status: 503,
    details: { retryAfter: expect.any(Number) },
  });
  expect(engine.stats()).toMatchObject({ completed: 0, inFlight: 1, queue: { pictures: 2 } });
  expect(await outcomes([running, ...work])).toEqual({ ok: 3, OVERLOADED: 3 });
  expect(reasons).toEqual(['queue-full', 'queue-full', 'queue-full']);
  expect(engine.stats().queue).toEqual({ pictures: 0, pixels: 0, bytes: 0 });
});

test('a deadline that the line cannot keep is refused at once', async () => {
  const { engine, session, running } = await busyEngine();
  await using _engine = engine;
  const reasons = sheds(engine);
  await running;
  const work = await burst(session, 4, 'many');
  const late = session.infer(await solid(5), { deadlineMs: 1 });
  await expect(late).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(engine.stats().completed).toBe(1);
  expect(reasons).toEqual(['late']);
  expect(await outcomes(work)).toEqual({ ok: 4 });
});

test('a deadline that passes in line ends the wait and takes the picture out of the line', async () => {
  const { engine, session, running } = await busyEngine({}, 120);
  await using _engine = engine;
  const reasons = sheds(engine);
  // Nothing was measured yet, so that the engine cannot know that this is hopeless.
  const waiting = session.infer(await solid(5), { deadlineMs: 5 });
  await expect(waiting).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', status: 504 });
  expect(engine.stats()).toMatchObject({ completed: 0, queue: { pictures: 0 } });
  expect(reasons).toEqual(['deadline']);
  await running;
});

test('a caller who leaves takes the picture out of the line', async () => {
  const { engine, session, running } = await busyEngine();
  await using _engine = engine;
  const controller = new AbortController();
  const work = session.infer(await solid(6), { signal: controller.signal });
  await vi.waitFor(() => expect(engine.stats().queue.pictures).toBe(1));
  controller.abort();
  await expect(work).rejects.toMatchObject({ code: 'ABORTED', status: 499 });
  expect(engine.stats().queue).toEqual({ pictures: 0, pixels: 0, bytes: 0 });
  await running;
});

test('a deadline of nothing, and one that is no number', async () => {
  const { engine, session, running } = await busyEngine();
  await using _engine = engine;
  await running;
  const picture = await solid(1);
  await expect(session.infer(picture, { deadlineMs: 0 })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  await expect(session.infer(picture, { deadlineMs: Number.NaN })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
  });
});

test('one client with many pictures does not stand before another with one', async () => {
  const { engine, session, running } = await busyEngine();
  await using _engine = engine;
  const order: string[] = [];
  const note = (client: string) => () => void order.push(client);
  const heavy = (await burst(session, 5, 'heavy')).map((job) => job.then(note('heavy')));
  const light = session.infer(await solid(7), { client: 'light' }).then(note('light'));
  await Promise.all([running, light, ...heavy]);
  expect(order.indexOf('light')).toBeLessThanOrEqual(1);
});

test('a full line makes room for a client that has less in it', async () => {
  const { engine, session, running } = await busyEngine({ queue: { maxPictures: 4 } });
  await using _engine = engine;
  const reasons = sheds(engine);
  const picture = await solid(7);
  const heavy = outcomes([running, ...(await burst(session, 4, 'heavy'))]);
  const light = await session.infer(picture, { client: 'light' });
  expect(seen(light.outputs)).toEqual(colourOf(7));
  expect(await heavy).toEqual({ ok: 4, OVERLOADED: 1 });
  expect(reasons).toEqual(['unfair-share']);
});

test('a caller who leaves while the picture is in inference gets ABORTED, and the engine goes on', async () => {
  const engine = createEngine({ workers: 1 });
  await using _engine = engine;
  const session = await engine.open(await meanColour({ effort: 24 }));
  const controller = new AbortController();
  const work = session.infer(await solid(1), { signal: controller.signal });
  controller.abort();
  await expect(work).rejects.toMatchObject({ code: 'ABORTED', status: 499 });
  expect(seen((await session.infer(await solid(2))).outputs)).toEqual(colourOf(2));
});
