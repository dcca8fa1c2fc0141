import { appendFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { pictor, workshop } from './support.ts';

test('one report: system, back end, models with their hashes', async () => {
  const { env } = await workshop('colours');
  const { code, stdout, stderr } = await pictor(['doctor'], { env });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain(`Node       ${process.versions.node} on ${process.platform}-${process.arch}`);
  expect(stdout).toMatch(/In use +(native|wasm)/);
  expect(stdout).toMatch(/✓ colours +classify, embedded, \d+ B, sha256 [0-9a-f]{16}…/);
  expect(stdout).toMatch(/PICTOR_OFFLINE +1\n/);
  expect(stdout).not.toContain('ORT_');
  expect(stdout).toMatch(/All is well\.\n$/);
});

test('a damaged model is found, and fails the command', async () => {
  const { env, path } = await workshop('colours', 'halves');
  await appendFile(path('embedded', 'halves', 'halves.onnx'), 'x');
  const { code, stdout } = await pictor(['doctor', '--json'], { env });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    healthy: false,
    models: [
      { id: 'colours', ok: true, problems: [] },
      { id: 'halves', ok: false, problems: [expect.stringContaining('halves.onnx')] },
    ],
  });
});

test('passwords and home folders stay out of it', async () => {
  const { env } = await workshop();
  const secret = {
    HTTPS_PROXY: 'http://me:hunter2@proxy:1',
    PICTOR_API_KEY: 'hunter2',
    HOME: '/home/somebody',
  };
  const mirror = {
    PICTOR_MODEL_MIRROR: 'https://me:hunter2@mirror.example',
    PICTOR_HOME: '/home/somebody/models',
  };
  const { stdout } = await pictor(['doctor', '--json'], { env: { ...env, ...secret, ...mirror } });
  expect(stdout).not.toContain('hunter2');
  expect(stdout).not.toContain('somebody');
  expect(JSON.parse(stdout)).toMatchObject({
    environment: { HTTPS_PROXY: '(set)', PICTOR_HOME: '~/models' },
  });
});
