import { expect, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { EngineEvent } from '../../src/engine/stats/types.ts';
import { colourOf, meanColour, seen, solid } from './mean-colour.ts';

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('closing lets running inferences end, refuses waiting ones, and leaves no process behind', async () => {
  const engine = createEngine({ workers: 1, prefetch: 0 });
  const session = await engine.open(await meanColour({ effort: 30 }));
  const { pids } = engine.stats().workers;
  const running = session.infer(await solid(1));
  const waiting = expect(session.infer(await solid(2))).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  const closing = engine.close();
  await waiting;
  expect(seen((await running).outputs)).toEqual(colourOf(1));
  await closing;
  await engine.close();
  expect(pids.map(isAlive)).toEqual([false]);
  expect(session.state).toEqual({ kind: 'closed' });
  await expect(session.infer(await solid(3))).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  await expect(engine.open(session.model)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  expect(engine.stats()).toMatchObject({ inFlight: 0, workers: { alive: 0 }, sessions: [] });
});

test('a closed session leaves the others of the engine alone', async () => {
  await using engine = createEngine({ workers: 1 });
  const model = await meanColour();
  const first = await engine.open(model);
  await using second = await engine.open(model);
  await first.close();
  await first.close();
  await expect(first.infer(await solid(1))).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  expect(seen((await second.infer(await solid(1))).outputs)).toEqual(colourOf(1));
  expect(engine.stats().sessions).toHaveLength(1);
});

test('a session tells what it is at', async () => {
  await using engine = createEngine({ workers: 2 });
  const states: string[] = [];
  engine.subscribe((event: EngineEvent) => event.type === 'session' && states.push(event.state.kind));
  const session = await engine.open(await meanColour());
  expect(session).toMatchObject({
    backend: 'native',
    inputs: [{ name: 'picture', type: 'float32', dims: [-1, 3, 64, 64] }],
    outputs: [{ name: 'mean', type: 'float32', dims: [-1, 3] }],
  });
  await session.close();
  expect(states).toEqual(['loading', 'warming', 'ready', 'closed']);
});

test('a model that cannot be loaded fails to open with the reason, and the engine stays usable', async () => {
  await using engine = createEngine({ workers: 1 });
  const model = await meanColour();
  const absent = { ...model, path: `${model.path}.absent` };
  await expect(engine.open(absent)).rejects.toMatchObject({ code: 'MODEL_FILE_INVALID' });
  const misnamed = { ...model.manifest, input: { ...model.manifest.input, name: 'photo' } };
  await expect(engine.open({ ...model, manifest: misnamed })).rejects.toMatchObject({
    code: 'MODEL_FILE_INVALID',
    message: expect.stringContaining('photo'),
  });
  await using session = await engine.open(model);
  expect(seen((await session.infer(await solid(1))).outputs)).toEqual(colourOf(1));
});

test('opening can be cancelled', async () => {
  await using engine = createEngine({ workers: 1 });
  const controller = new AbortController();
  const opening = engine.open(await meanColour(), { signal: controller.signal });
  controller.abort();
  await expect(opening).rejects.toMatchObject({ code: 'ABORTED' });
  expect(engine.stats().sessions).toEqual([]);
});
