import { expect, test } from 'vitest';
import { jsonOf, picture } from '../../support.ts';
import { intercepted, KEY, rejection, type Served, serveApp } from '../support.ts';
import { annotator, CLIENTS, type ClientName } from './support.ts';

const red = (await picture('red')).toString('base64');
const features = [{ type: 'LABEL_DETECTION' }];
const one = { requests: [{ image: { content: red }, features }] };

/** Both majors of the client tell code and status in their own way, and the vendor's message in both. */
async function failure({ port }: Served, name: ClientName, request: object = one, auth?: object) {
  const client = annotator(port, { name, ...(auth && { auth }) });
  return rejection(client.batchAnnotateImages(request));
}

test.each(CLIENTS)('%s: a wrong API key', async (name) => {
  const error = await failure(await serveApp(), name, one, { apiKey: 'another-key' });
  expect(error['message']).toContain('an API key that is not valid here');
  if (name === '6.x v1') expect(error).toMatchObject({ code: 3, reason: 'API_KEY_INVALID' });
  else expect(error).toMatchObject({ code: 400 });
});

test.each(CLIENTS)('%s: throttling', async (name) => {
  const now = Date.now();
  const served = await serveApp({ keys: { keys: [{ ...KEY, ratePerSecond: 1 }] }, clock: () => now });
  await annotator(served.port, { name }).batchAnnotateImages(one);
  const error = await failure(served, name);
  if (name === '6.x v1') expect(error).toMatchObject({ code: 8, reason: 'RATE_LIMIT_EXCEEDED' });
  else expect(error).toMatchObject({ code: 429 });
});

test.each(CLIENTS)('%s: an oversized picture', async (name) => {
  const content = Buffer.alloc(8 * 1024 * 1024).toString('base64');
  const error = await failure(await serveApp(), name, { requests: [{ image: { content }, features }] });
  expect(error['message']).toContain('The request body is too large');
});

test('a key that may not infer', async () => {
  const error = await failure(
    await serveApp({ keys: { keys: [{ ...KEY, scopes: ['metrics'] }] } }),
    '6.x v1',
  );
  expect(error).toMatchObject({ code: 7 });
});

test.each([
  [
    'too many pictures',
    { requests: Array.from({ length: 17 }, () => one.requests[0]) },
    400,
    'INVALID_ARGUMENT',
  ],
  ['no picture', { requests: [{ features }] }, 400, 'INVALID_ARGUMENT'],
  ['no features', { requests: [{ image: { content: red } }] }, 400, 'INVALID_ARGUMENT'],
  ['something that is no list', { requests: 5 }, 400, 'INVALID_ARGUMENT'],
])('%s', async (_, body, status, name) => {
  const { send } = await serveApp({ auth: 'off' });
  const response = await send('/v1/images:annotate', { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(status);
  expect(await jsonOf(response)).toEqual({
    error: { code: status, message: expect.any(String), status: name },
  });
});

test.each([
  ['/v1/images:asyncBatchAnnotate', 501, 'UNIMPLEMENTED'],
  ['/v1/files:annotate', 501, 'UNIMPLEMENTED'],
])('%s has no counterpart', async (path, status, name) => {
  const { send } = await serveApp({ auth: 'off' });
  const response = await send(path, { method: 'POST', body: '{}' });
  expect(response.status).toBe(status);
  expect(await jsonOf(response)).toMatchObject({ error: { code: status, status: name } });
});

test('a body that is not JSON, another method, and nothing at all', async () => {
  const { send } = await serveApp({ auth: 'off' });
  for (const body of ['{', '[]', 'null']) {
    const answer = await jsonOf(await send('/v1/images:annotate', { method: 'POST', body }));
    expect(answer).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
  }
  expect((await send('/v1/images:annotate')).status).toBe(404);
  const empty = await send('/v1/images:annotate', { method: 'POST', body: '{}' });
  expect(await jsonOf(empty)).toEqual({ responses: [] });
});

test('what is no fault of a picture ends the batch, and tells nothing of the inside', async () => {
  let broken = false;
  const { send } = await serveApp({
    auth: 'off',
    wrap: (session) =>
      intercepted(session, (bytes, options) =>
        broken ? Promise.reject(new Error('/secret/path')) : session.infer(bytes, options),
      ),
  });
  broken = true;
  const response = await send('/v1/images:annotate', { method: 'POST', body: JSON.stringify(one) });
  expect(response.status).toBe(500);
  expect(await jsonOf(response)).toEqual({
    error: { code: 500, message: 'Something went wrong inside Pictor.', status: 'INTERNAL' },
  });
});
