import { expect, test, vi } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { colourOf, meanColour, seen, solid } from './mean-colour.ts';
import { isAlive, startProgram } from './program.ts';

test('a session answers as soon as its first worker can, and the others follow', async () => {
  await using engine = createEngine({ workers: 2 });
  const up: number[] = [];
  engine.subscribe((event) => event.type === 'worker-up' && up.push(event.worker));
  await using session = await engine.open(await meanColour());
  expect(up).toEqual([0]);
  expect(seen((await session.infer(await solid(5))).outputs)).toEqual(colourOf(5));
  await vi.waitFor(() => expect(up).toEqual([0, 1]), { timeout: 20_000 });
});

test('a worker that was prepared is the one that opens the model', async () => {
  await using engine = createEngine({ workers: 1 });
  engine.prepare();
  engine.prepare();
  const { pids } = engine.stats().workers;
  expect(pids).toHaveLength(1);
  await using session = await engine.open(await meanColour());
  engine.prepare();
  expect(seen((await session.infer(await solid(6))).outputs)).toEqual(colourOf(6));
  expect(engine.stats().workers.pids).toEqual(pids);
});

test('closing does not wait for a worker that is still starting', async () => {
  const engine = createEngine({ workers: 1 });
  engine.prepare();
  const { pids } = engine.stats().workers;
  await engine.close();
  expect(pids.map(isAlive)).toEqual([false]);
  engine.prepare();
  expect(engine.stats().workers.alive).toBe(0);
});

test('a worker that was prepared for nothing does not keep its program alive', async () => {
  const program = await startProgram('prepare-then-end');
  const { pids } = await program.report;
  expect(pids).toHaveLength(1);
  expect(await program.end).toMatchObject({ code: 0, signal: null });
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 20_000 });
});
