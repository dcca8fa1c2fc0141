import { expect, test } from 'vitest';
import { serve } from '../../src/server/serve.ts';
import { createGate, jsonOf, openApp, picture } from './support.ts';

const red = await picture('red');
const post = { method: 'POST', body: red };

interface Failure {
  readonly error: { readonly code: string };
}

test('closing finishes what was accepted and refuses what comes', async () => {
  const gate = createGate();
  const { app, send } = await openApp({ wrap: gate.wrap });
  const accepted = send('/image', post);
  await gate.reached(1);
  const closed = app.close();
  const refused = await send('/image', post);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect((await jsonOf<Failure>(refused)).error.code).toBe('SERVER_STOPPING');
  const ready = await send('/readyz');
  expect([ready.status, await jsonOf<{ status: string }>(ready)]).toEqual([
    503,
    expect.objectContaining({ status: 'stopping' }),
  ]);
  expect((await send('/healthz')).status).toBe(200);
  gate.release();
  expect((await accepted).status).toBe(200);
  await closed;
});

test('what is not finished in time is cancelled', async () => {
  const gate = createGate();
  const { app, send } = await openApp({ wrap: gate.wrap });
  const accepted = send('/image', post);
  await gate.reached(1);
  await app.close({ graceMs: 50 });
  expect((await jsonOf<Failure>(await accepted)).error.code).toBe('SERVER_STOPPING');
});

test('a server on an address ends its connections when it closes', async () => {
  const gate = createGate();
  const { app } = await openApp({ wrap: gate.wrap });
  const loader = {
    defaults: async () => [],
    load: () => Promise.reject(new Error('unused')),
    close: async () => {},
  };
  const server = await serve({ port: 0, app: { loader }, log: { level: 'silent' } });
  await expect(server.ready).resolves.toBeUndefined();
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await server.close();
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  gate.release();
  await app.close();
});
