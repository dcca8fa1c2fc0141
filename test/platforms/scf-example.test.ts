import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { Engine } from '../../src/engine/types.ts';
import { openModelStore } from '../../src/models/store/store.ts';
import { createHandler } from '../../src/platforms/scf/runtime/index.ts';
import { type App, createApp } from '../../src/server/app.ts';
import { picture } from '../deploy/support.ts';
import { writeSmallModel } from '../support/small-models.ts';

/** What `examples/scf/index.ts` does, with the real engine and a small model. */
let folder: string;
let engine: Engine;
let app: App;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-test-scf-'));
  const { path } = await writeSmallModel(folder, 'colours');
  engine = createEngine({ workers: 1 });
  app = createApp({ models: [path], engine, store: openModelStore(), pull: false, waitForModels: true });
  app.start().catch(() => {});
});
afterAll(async () => {
  await app.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

it("answers the event that started it, before the model is loaded, in the tutorial's shape", async () => {
  const handler = createHandler(app);
  const red = await picture('#d01010');
  const result = await handler(
    {
      httpMethod: 'POST',
      path: '/image',
      headers: { 'content-type': 'application/json' },
      queryString: {},
      body: JSON.stringify({ picture: red.toString('base64') }),
    },
    { request_id: 'r-1', time_limit_in_ms: 30_000 },
  );
  expect(result.statusCode).toBe(200);
  const { prediction } = JSON.parse(result.body) as { prediction: Record<string, number> };
  const percentages = Object.values(prediction);
  expect(Object.keys(prediction)[0]).toBe('red');
  expect(percentages).toEqual([...percentages].sort((a, b) => b - a));
  expect(percentages.reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 1);
});
