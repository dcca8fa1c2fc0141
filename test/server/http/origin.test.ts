import { expect, test } from 'vitest';
import { openApp, picture } from '../support.ts';

const red = await picture('red');
const none: readonly string[] = [];

async function statusOf(
  headers: Record<string, string>,
  options: Parameters<typeof openApp>[0] = { allowedHosts: none },
): Promise<number> {
  const { app } = await openApp(options);
  const request = new Request('http://127.0.0.1:8080/image', { method: 'POST', body: red, headers });
  return (await app.fetch(request)).status;
}

test.each([
  'localhost',
  'localhost:8080',
  '127.0.0.1:8080',
  '127.9.9.9',
  '[::1]:8080',
  'LOCALHOST.',
  'app.localhost:1',
])('a server without keys on this machine answers to %s', async (host) => {
  expect(await statusOf({ host })).toBe(200);
});

test.each([
  'evil.example',
  '127.0.0.1.evil.example:8080',
  'localhost.evil.example',
  '10.0.0.1',
  '[::2]',
  '0.0.0.0',
])('and not to %s, wherever that name leads', async (host) => {
  expect(await statusOf({ host })).toBe(403);
});

test('a name that was allowed is answered, in whatever case', async () => {
  expect(await statusOf({ host: 'Pictor.Test:8080' }, { allowedHosts: ['pictor.test'] })).toBe(200);
});

test.each(['http://evil.example', 'null', 'http://localhost:3000', 'file://', 'https://127.0.0.1:8080x'])(
  'a page of the origin %s may not call',
  async (origin) => {
    expect(await statusOf({ host: '127.0.0.1:8080', origin })).toBe(403);
  },
);

test('the server’s own page may, and so may the origins of `cors`', async () => {
  expect(await statusOf({ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' })).toBe(200);
  const headers = { host: '127.0.0.1:8080', origin: 'http://localhost:3000' };
  expect(await statusOf(headers, { allowedHosts: none, cors: ['http://localhost:3000'] })).toBe(200);
  expect(await statusOf(headers, { allowedHosts: none, cors: '*' })).toBe(200);
});

test('what a foreign page loads as a picture or a script is refused, a link to the page is not', async () => {
  const { app } = await openApp({ allowedHosts: none });
  const get = async (headers: Record<string, string>) =>
    (
      await app.fetch(
        new Request('http://127.0.0.1:8080/', { headers: { host: '127.0.0.1:8080', ...headers } }),
      )
    ).status;
  expect(await get({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
  expect(await get({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200);
  expect(await get({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).toBe(200);
});

test('an application with keys answers to any host', async () => {
  const { app } = await openApp();
  const request = new Request('http://anything.example/healthz', { headers: { host: 'anything.example' } });
  expect((await app.fetch(request)).status).toBe(200);
});
