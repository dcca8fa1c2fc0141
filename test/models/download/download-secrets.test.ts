import { readFile } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manifestSchema } from '../../../src/models/manifest/manifest.ts';
import { openTestStore, tinyManifest, tinyModel } from '../support.ts';
import { type Behaviour, inTurn, serve, status, wellBehaved } from './file-server.ts';

const FILE = tinyModel(5_000);
const QUICK = { backoffMs: 1, maxBackoffMs: 3_000, stallMs: 1_000, attempts: 5 };
const SECRET = 's3cr3t';

/** A model of two files at several addresses, so that a wrong password has many chances to be sent again. */
function storeWith(env: Readonly<Record<string, string>>, urls: readonly string[]) {
  const one = tinyManifest(FILE, [...urls]);
  const files = [
    ...one.files,
    { ...one.files[0], path: 'more.bin', sha256: one.files[0]?.sha256 ?? '', bytes: FILE.length },
  ];
  return openTestStore({ catalogue: [manifestSchema.parse({ ...one, files })], env, download: QUICK });
}

/** A proxy that takes nobody, and counts. */
async function refusingProxy() {
  const asked: string[] = [];
  const proxy = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      asked.push(data.toString());
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
      );
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => proxy.close(() => resolve())));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { asked, host: `127.0.0.1:${address.port}` };
}

describe('a proxy that refuses the password', () => {
  test.each([
    ['HTTP_PROXY', 'http'],
    ['HTTPS_PROXY', 'https'],
  ])('of %s is asked once for all addresses and files, and named', async (name, scheme) => {
    const { asked, host } = await refusingProxy();
    const urls = ['a', 'b', 'c'].map((server) => `${scheme}://${server}.example/x.onnx`);
    const { store } = await storeWith({ [name]: `http://me:${SECRET}@${host}` }, urls);
    const failure: unknown = await store.pull('tiny').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
    expect(String(failure)).toMatch(new RegExp(`${host}.*407.*${name}`));
    expect(JSON.stringify(failure) + String(failure)).not.toContain(SECRET);
    expect(asked).toHaveLength(1);
  });

  test('stops the search for a manifest as well', async () => {
    const { asked, host } = await refusingProxy();
    const { store } = await storeWith({ HTTPS_PROXY: `http://me:${SECRET}@${host}` }, []);
    await expect(store.pull('https://models.example/other.onnx')).rejects.toThrow(/407/);
    expect(asked).toHaveLength(1);
  });
});

describe('user and password', () => {
  test.each([
    ['PICTOR_MODEL_MIRROR', `me:${SECRET}@mirror.example`],
    ['HTTPS_PROXY', `me:${SECRET}@proxy.example:8080`],
    ['HF_ENDPOINT', `ftp://me:${SECRET}@hub.example`],
  ])('of a %s that cannot be used are not printed', async (name, value) => {
    const { store } = await storeWith({ [name]: value }, ['http://127.0.0.1:1/x.onnx']);
    const failure: unknown = await store.pull('tiny').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(String(failure)).not.toContain(SECRET);
  });

  test('that a mirror refused are not sent again for the next file', async () => {
    const mirror = await serve(status(401));
    const own = await serve(wellBehaved(FILE));
    const prefix = mirror.origin.replace('http://', `http://me:${SECRET}@`);
    const { store } = await storeWith({ PICTOR_MODEL_MIRROR: prefix }, [`${own.origin}/x.onnx`]);
    await store.pull('tiny');
    expect(mirror.seen).toHaveLength(1);
    expect(own.seen).toHaveLength(2);
  });

  test('of a model’s address are sent to its server, and kept and shown nowhere', async () => {
    const right = `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`;
    const folder: Behaviour = (request, response, count) => {
      if (request.headers.authorization !== right) return status(401)(request, response, count);
      if (request.url === '/m/tiny.onnx') return wellBehaved(FILE)(request, response, count);
      return void response.end(JSON.stringify(tinyManifest(FILE)));
    };
    const server = await serve(folder);
    const { store } = await openTestStore({ download: QUICK });
    const url = `${server.origin.replace('http://', `http://me:${SECRET}@`)}/m/tiny.onnx`;
    const shown: string[] = [];
    const note = (value: unknown) => shown.push(String(value), JSON.stringify(value));
    await store.resolve(url).catch(note);
    await store.remove(url).catch(note);
    await store.pull(url.replace(SECRET, `wrong-${SECRET}`)).catch(note);
    expect(server.seen).toHaveLength(1);
    const model = await store.pull(url, { onProgress: note });
    note(model);
    note(await store.list());
    shown.push(await readFile(join(dirname(model.path), 'manifest.json'), 'utf8'));
    expect(shown.join('\n')).not.toContain(SECRET);
    // It is the same model with and without the password.
    expect((await store.resolve(url)).path).toBe(model.path);
    expect((await store.resolve(`${server.origin}/m/tiny.onnx`)).path).toBe(model.path);
  });
});

describe('Retry-After', () => {
  const folder: Behaviour = (request, response, count) =>
    request.url === '/m/tiny.onnx'
      ? wellBehaved(FILE)(request, response, count)
      : void response.end(JSON.stringify(tinyManifest(FILE)));

  test('of a manifest and of a file is waited for', async () => {
    const busy = status(429, { 'retry-after': '1' });
    const times: number[] = [];
    const answers = [busy, folder, busy, folder];
    const server = await serve((request, response, count) => {
      times.push(performance.now());
      answers[count - 1]?.(request, response, count);
    });
    const { store } = await openTestStore({ download: QUICK });
    await store.pull(`${server.origin}/m/tiny.onnx`);
    const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
    expect(times).toHaveLength(4);
    expect(gaps[1]).toBeGreaterThan(990);
    expect(gaps[3]).toBeGreaterThan(990);
  });

  test('as a date is measured by the clock of the server that gave it', async () => {
    const ahead = Date.now() + 3_600_000;
    const busy = status(503, {
      date: new Date(ahead).toUTCString(),
      'retry-after': new Date(ahead + 1_000).toUTCString(),
    });
    const server = await serve(inTurn(busy, folder));
    const { store } = await openTestStore({ download: QUICK });
    await store.pull(`${server.origin}/m/tiny.onnx`);
  });

  test('that is longer than anybody waits ends the pull, says how long, and is not disregarded', async () => {
    const server = await serve(status(429, { 'retry-after': '120' }));
    const { store } = await openTestStore({ download: QUICK });
    const failure: unknown = await store
      .pull(`${server.origin}/m/tiny.onnx`)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED', details: { retryAfter: 120 } });
    expect(String(failure)).toContain('120 s');
    expect(server.seen).toHaveLength(1);
  });
});
