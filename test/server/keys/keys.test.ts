import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ROUTES } from '../../../src/server/api/routes/index.ts';
import { createGate, openApp, picture } from '../support.ts';

const red = await picture('red');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const keys = [
  { id: 'phone', secret: 'phone-secret' },
  { id: 'hashed', sha256: sha256('hashed-secret') },
  { id: 'prometheus', secret: 'prometheus-secret', scopes: ['metrics' as const] },
  {
    id: 'operator',
    secret: 'operator-secret',
    scopes: ['admin' as const, 'metrics' as const, 'infer' as const, 'train' as const],
  },
  { id: 'old', secret: 'old-secret', notAfter: '2001-01-01T00:00:00Z' },
];
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

const request = (method: string, headers: Record<string, string>) => ({
  method: method.toUpperCase(),
  headers,
  ...(method === 'post' ? { body: red } : {}),
});

test.each(ROUTES.filter(({ scope }) => scope !== 'public'))(
  '$method $path asks for a key of its scope',
  async (route) => {
    const folder = await mkdtemp(join(tmpdir(), 'pictor-jobs-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { send } = await openApp({ keys: { keys }, jobs: { folder } });
    // There is no job `:id`: whoever may ask for one hears that.
    // A picture is no set of pictures, no video and no JSON: whoever may send one hears that.
    const refused: Readonly<Record<string, number>> = {
      'post /v1/train': 415,
      'post /v1/train/check': 415,
      'post /v1/video': 415,
      'post /v1/models/:id/rollback': 400,
      // Nothing packs in this application.
      'post /v1/models/:id/pack': 501,
    };
    const granted = refused[`${route.method} ${route.path}`] ?? (route.path.includes(':') ? 404 : 200);
    const status = async (headers: Record<string, string>) =>
      (await send(route.path, request(route.method, headers))).status;
    const response = await send(route.path, request(route.method, {}));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await response.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(await status(bearer('wrong-secret'))).toBe(401);
    expect(await status(bearer('old-secret'))).toBe(401);
    expect(await status(bearer('operator-secret'))).toBe(granted);
    expect(await status({ 'x-api-key': 'operator-secret' })).toBe(granted);
    const others = {
      infer: 'prometheus-secret',
      train: 'phone-secret',
      metrics: 'phone-secret',
      admin: 'phone-secret',
    };
    if (route.scope === 'any' || route.scope === 'public') return;
    expect(await status(bearer(others[route.scope]))).toBe(403);
  },
);

test.each(['/healthz', '/readyz', '/openapi.json', '/docs', '/'])('%s asks for no key', async (path) => {
  const { send } = await openApp({ keys: { keys } });
  expect((await send(path)).status).toBe(200);
});

test('a key of which only the hash is stored works', async () => {
  const { send } = await openApp({ keys: { keys } });
  expect((await send('/v1/models', { headers: bearer('hashed-secret') })).status).toBe(200);
  expect((await send('/v1/models', { headers: bearer(sha256('hashed-secret')) })).status).toBe(401);
});

test('the status for operators names keys and never a secret', async () => {
  const { send } = await openApp({ keys: { keys } });
  const text = await (await send('/v1/admin/status', { headers: bearer('operator-secret') })).text();
  expect(text).toContain('"phone"');
  expect(text).not.toMatch(/-secret/);
});

test('keys are exchanged without a restart, and a broken file changes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-keys-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'keys.yaml');
  await writeFile(file, '- {id: a, secret: first-secret}\n');
  let now = Date.now();
  const { send } = await openApp({ keys: { file }, clock: () => now });
  const status = async (secret: string) => {
    now += 2000;
    return (await send('/v1/models', { headers: bearer(secret) })).status;
  };
  expect(await status('first-secret')).toBe(200);
  await writeFile(file, '- {id: a, secret: second-secret}\n- {id: b, secret: third-secret}\n');
  expect(await status('second-secret')).toBe(200);
  expect(await status('third-secret')).toBe(200);
  expect(await status('first-secret')).toBe(401);
  await writeFile(file, '- {id: a, secret: [broken\n');
  expect(await status('second-secret')).toBe(200);
});

test('a key’s rate is kept, with Retry-After', async () => {
  let now = 0;
  const { send } = await openApp({
    keys: { keys: [{ id: 'slow', secret: 'slow-secret', ratePerSecond: 2, burst: 3 }] },
    clock: () => now,
  });
  const ask = () => send('/v1/models', { headers: bearer('slow-secret') });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await ask()).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const refused = await ask();
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  now += 500;
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(429);
});

test('a key’s concurrency is kept, and given back', async () => {
  const gate = createGate();
  const { send } = await openApp({
    wrap: gate.wrap,
    keys: { keys: [{ id: 'one', secret: 'only-one-at-a-time', concurrency: 1 }] },
  });
  const ask = () => send('/image', { method: 'POST', headers: bearer('only-one-at-a-time'), body: red });
  const first = ask();
  await gate.reached(1);
  expect((await ask()).status).toBe(429);
  gate.release();
  expect((await first).status).toBe(200);
  expect((await ask()).status).toBe(200);
});
