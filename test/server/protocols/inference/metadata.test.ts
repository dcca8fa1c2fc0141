import { expect, test } from 'vitest';
import { createApp } from '../../../../src/server/app.ts';
import { jsonOf, openApp, storeOf } from '../../support.ts';
import { serveApp } from '../support.ts';
import { ask } from './support.ts';

test('health and readiness need no key; everything else does', async () => {
  const { send } = await serveApp();
  for (const path of ['/v2/health/live', '/v2/health/ready', '/v2/models/colours/ready']) {
    expect((await send(path)).status).toBe(200);
  }
  for (const path of ['/v2', '/v2/models/colours', '/v2/models/colours/infer']) {
    const response = await send(path, { method: path.endsWith('infer') ? 'POST' : 'GET' });
    expect(response.status).toBe(401);
    expect(await jsonOf(response)).toEqual({ error: expect.stringContaining('no valid key') });
  }
});

test('nothing is ready before the models are', async () => {
  const app = createApp({ models: ['colours'], store: storeOf([]), auth: 'off' });
  const statusOf = async (path: string) => (await app.fetch(new Request(`http://pictor.test${path}`))).status;
  expect(await statusOf('/v2/health/live')).toBe(200);
  expect(await statusOf('/v2/health/ready')).toBe(503);
  expect(await statusOf('/v2/models/colours/ready')).toBe(503);
  expect(await statusOf('/v2/models/colours')).toBe(503);
  await app.close();
});

test('the server and its models describe themselves', async () => {
  const served = await serveApp();
  expect(await jsonOf(await ask(served, '/v2'))).toEqual({
    name: 'pictor',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    extensions: ['binary_tensor_data', 'classification'],
  });
  const colours = {
    name: 'colours',
    versions: ['1'],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'picture', datatype: 'FP32', shape: [1, 3, 32, 32] }],
    outputs: [{ name: 'out', datatype: 'FP32', shape: [1, 3] }],
  };
  expect(await jsonOf(await ask(served, '/v2/models/colours'))).toEqual(colours);
  expect(await jsonOf(await ask(served, '/v2/models/colours/versions/1'))).toEqual(colours);
});

test.each([
  ['/v2/models/nothing', 404],
  ['/v2/models/nothing/ready', 404],
  ['/v2/models/colours/versions/2', 404],
  ['/v2/models/colours/explain', 404],
  ['/v2/models', 404],
  ['/v2/models/%', 404],
  ['/v2/models/colours/infer', 405],
])('GET %s', async (path, status) => {
  const response = await ask(await serveApp(), path);
  expect(response.status).toBe(status);
  expect(await jsonOf(response)).toEqual({ error: expect.any(String) });
});

test.each([
  '/v2/nope',
  '/v2/repository/index',
  '/v2/models/x/y/z',
  '/v2/models',
  '/v2/logging',
  '/v2//',
  '/v2/systemsharedmemory/status',
])('%s fails in the shape of the protocol', async (path) => {
  const { send } = await openApp();
  for (const method of ['GET', 'POST']) {
    const response = await send(path, { method });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  }
});
