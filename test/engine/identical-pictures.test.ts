import { expect, test, vi } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { colourOf, meanColour, seen, solid } from './mean-colour.ts';

test('identical pictures in flight share one inference, and nobody shares memory', async () => {
  await using engine = createEngine({ workers: 1 });
  await using session = await engine.open(await meanColour());
  const picture = await solid(300);
  const answers = await Promise.all([
    session.infer(picture),
    session.infer(Uint8Array.from(picture)),
    session.infer(picture, { outputs: ['mean'] }),
  ]);
  for (const { outputs } of answers) expect(seen(outputs)).toEqual(colourOf(300));
  expect(new Set(answers.map(({ outputs }) => outputs['mean']?.data.buffer)).size).toBe(3);
  // The third one asked for other outputs.
  expect(engine.stats()).toMatchObject({
    completed: 3,
    stages: { inference: { count: 2 } },
    cache: { joined: 1 },
  });
  await session.infer(picture);
  expect(engine.stats().stages.inference.count).toBe(3);
});

test('one who leaves does not take the others along; the last one takes the work along', async () => {
  await using engine = createEngine({ workers: 1, prefetch: 0 });
  await using session = await engine.open(await meanColour({ effort: 40 }));
  const running = session.infer(await solid(1));
  const picture = await solid(2);
  const [first, second] = [new AbortController(), new AbortController()];
  const left = session.infer(picture, { signal: first.signal });
  const stays = session.infer(picture, { signal: second.signal });
  first.abort();
  await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
  await vi.waitFor(() => expect(engine.stats().queue.pictures).toBe(1));
  second.abort();
  await expect(stays).rejects.toMatchObject({ code: 'ABORTED' });
  expect(engine.stats().queue.pictures).toBe(0);
  // An identical picture that comes now is not dragged along.
  expect(seen((await session.infer(picture)).outputs)).toEqual(colourOf(2));
  await running;
});

test('a picture joins with a later deadline than the one before it', async () => {
  await using engine = createEngine({ workers: 1, prefetch: 0 });
  await using session = await engine.open(await meanColour({ effort: 120 }), { warmUp: false });
  const running = session.infer(await solid(1));
  const picture = await solid(2);
  const hasty = session.infer(picture, { deadlineMs: 5 });
  const patient = session.infer(picture);
  await expect(hasty).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(seen((await patient).outputs)).toEqual(colourOf(2));
  await running;
});

test('without single flight every picture has an inference of its own', async () => {
  await using engine = createEngine({ workers: 1, singleFlight: false });
  await using session = await engine.open(await meanColour());
  const picture = await solid(300);
  await Promise.all([session.infer(picture), session.infer(picture)]);
  expect(engine.stats()).toMatchObject({ stages: { inference: { count: 2 } }, cache: { joined: 0 } });
});

test('the cache answers what it knows, keeps its bounds, and lends nobody its memory', async () => {
  await using engine = createEngine({ workers: 1, cache: { maxEntries: 2 } });
  await using session = await engine.open(await meanColour());
  const pictures = await Promise.all([solid(1), solid(2), solid(3)]);
  for (const picture of pictures) await session.infer(picture);
  const again = await session.infer(await solid(3));
  const { data } = again.outputs['mean'] ?? {};
  if (data instanceof Float32Array) data.fill(0);
  const third = await session.infer(await solid(3));
  expect(seen(third.outputs)).toEqual(colourOf(3));
  expect(third.timings).toEqual({ queue: 0, decode: 0, inference: 0 });
  expect(engine.stats()).toMatchObject({
    completed: 5,
    stages: { inference: { count: 3 } },
    cache: { entries: 2, bytes: 24, hits: 2, misses: 3 },
  });
  await session.infer(await solid(1));
  expect(engine.stats().stages.inference.count).toBe(4);
});

test('a failure is not kept', async () => {
  await using engine = createEngine({ workers: 1, cache: { maxEntries: 2 } });
  await using session = await engine.open(await meanColour());
  const broken = (await solid(1)).slice(0, 60);
  for (const _ of [1, 2])
    await expect(session.infer(broken)).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' });
  expect(engine.stats().cache).toMatchObject({ entries: 0, hits: 0 });
});
