import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { meanColour } from './mean-colour.ts';

const canKeep = Reflect.has(module, 'enableCompileCache');

test.skipIf(!canKeep)('a worker keeps its compiled code for the next one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-compiled-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  vi.stubEnv('PICTOR_HOME', folder);
  vi.stubEnv('NODE_COMPILE_CACHE', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const engine = createEngine({ workers: 1 });
  await engine.open(await meanColour());
  await engine.close();
  expect(readdirSync(join(folder, 'compiled'), { recursive: true }).length).toBeGreaterThan(10);
});
