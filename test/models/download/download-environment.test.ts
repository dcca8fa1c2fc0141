import { request as httpRequest } from 'node:http';
import { createServer as createTcpServer, Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manifestSchema } from '../../../src/models/manifest/manifest.ts';
import { openTestStore, tinyManifest, tinyModel } from '../support.ts';
import { serve, wellBehaved } from './file-server.ts';

const FILE = tinyModel(5_000);
const QUICK = { backoffMs: 1, maxBackoffMs: 5, stallMs: 1000, attempts: 2 };

async function storeWith(urls: string[], env: Readonly<Record<string, string>>) {
  const catalogue = [manifestSchema.parse(tinyManifest(FILE, urls))];
  return openTestStore({ catalogue, env, download: QUICK });
}

describe('what the environment says about downloads', () => {
  test('PICTOR_MODEL_MIRROR, as a folder of models, comes first', async () => {
    const mirror = await serve(wellBehaved(FILE));
    const own = await serve(wellBehaved(FILE));
    const { store } = await storeWith([`${own.origin}/a/b.onnx`], {
      PICTOR_MODEL_MIRROR: `${mirror.origin}/pictor/`,
    });
    await store.pull('tiny');
    expect(mirror.seen.map(({ url }) => url)).toEqual(['/pictor/tiny/tiny.onnx']);
    expect(own.seen).toEqual([]);
  });

  test('PICTOR_MODEL_MIRROR, as a template, stands in front of each address; its password travels as a header', async () => {
    const mirror = await serve(wellBehaved(FILE));
    const prefix = mirror.origin.replace('http://', 'http://me:se%40cret@');
    const { store } = await storeWith(['https://models.example/x.onnx'], {
      PICTOR_MODEL_MIRROR: `${prefix}/get/{url}`,
    });
    await store.pull('tiny');
    expect(mirror.seen).toMatchObject([
      {
        url: '/get/https://models.example/x.onnx',
        authorization: `Basic ${Buffer.from('me:se@cret').toString('base64')}`,
      },
    ]);
  });

  test('HF_ENDPOINT takes the place of huggingface.co', async () => {
    const endpoint = await serve(wellBehaved(FILE));
    const { store } = await storeWith(['https://huggingface.co/a/b/resolve/main/x.onnx'], {
      HF_ENDPOINT: `${endpoint.origin}/`,
    });
    await store.pull('tiny');
    expect(endpoint.seen.map(({ url }) => url)).toEqual(['/a/b/resolve/main/x.onnx']);
  });

  test('HTTP_PROXY is asked for plain http, except for what NO_PROXY names', async () => {
    const target = await serve(wellBehaved(FILE));
    const proxy = await serve((request, response) => {
      const passed = httpRequest(request.url ?? '', { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      passed.end();
    });
    const urls = [`${target.origin}/x.onnx`];
    const through = await storeWith(urls, { HTTP_PROXY: proxy.origin });
    await through.store.pull('tiny');
    expect(proxy.seen.map(({ url }) => url)).toEqual(urls);
    const direct = await storeWith(urls, { http_proxy: proxy.origin, no_proxy: '127.0.0.1' });
    await direct.store.pull('tiny');
    expect(proxy.seen).toHaveLength(1);
    expect(target.seen).toHaveLength(2);
  });

  test('HTTPS_PROXY is asked for a tunnel', async () => {
    const lines: string[] = [];
    const proxy = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (data) => {
        lines.push(data.toString().split('\r\n')[0] ?? '');
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => proxy.close(() => resolve())));
    const address = proxy.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { store } = await storeWith(['https://models.example/x.onnx'], {
      HTTPS_PROXY: `http://127.0.0.1:${address.port}`,
    });
    await expect(store.pull('tiny')).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
    expect(lines[0]).toBe('CONNECT models.example:443 HTTP/1.1');
  });

  test.each([
    ['PICTOR_MODEL_MIRROR', 'ftp://mirror.example'],
    ['HF_ENDPOINT', 'hf-mirror.example'],
    ['HTTPS_PROXY', 'proxy.example:8080'],
  ])('%s=%s is refused by name, when a download needs it and not before', async (name, value) => {
    const { store } = await storeWith(['http://127.0.0.1:1/x.onnx'], { [name]: value });
    expect(await store.list()).toHaveLength(1);
    await expect(store.pull('tiny')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(name),
    });
  });
});

describe('PICTOR_OFFLINE', () => {
  test.each(['1', 'true', 'yes'])('=%s: no socket is opened, no name looked up', async (value) => {
    const server = await serve(wellBehaved(FILE));
    const opened: unknown[] = [];
    const connect = Socket.prototype.connect;
    Socket.prototype.connect = function spy(this: Socket, ...args: unknown[]) {
      opened.push(args);
      throw new Error('a socket was opened');
    };
    onTestFinished(() => {
      Socket.prototype.connect = connect;
    });
    const urls = [`${server.origin}/x.onnx`];
    const { store } = await storeWith(urls, { PICTOR_OFFLINE: value, PICTOR_MODEL_MIRROR: server.origin });
    for (const reference of [
      'tiny',
      urls[0] ?? '',
      `${server.origin}/other.onnx`,
      'https://models.example/y.onnx',
    ]) {
      await expect(store.pull(reference)).rejects.toMatchObject({ code: 'MODEL_OFFLINE' });
      await expect(store.resolve(reference)).rejects.toMatchObject({ code: 'MODEL_NOT_LOCAL' });
    }
    expect(opened).toEqual([]);
    // The watch itself works:
    const online = await storeWith(urls, {});
    await expect(online.store.pull('tiny')).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
    expect(opened).not.toEqual([]);
    expect(server.seen).toEqual([]);
  });

  test('a model that is here needs no network', async () => {
    const server = await serve(wellBehaved(FILE));
    const { store, folder } = await storeWith([`${server.origin}/x.onnx`], {});
    await store.pull('tiny');
    const catalogue = [manifestSchema.parse(tinyManifest(FILE, [`${server.origin}/x.onnx`]))];
    const offline = await openTestStore({ folder, catalogue, env: { PICTOR_OFFLINE: '1' } });
    expect((await offline.store.pull('tiny')).manifest.id).toBe('tiny');
    expect(server.seen).toHaveLength(1);
  });

  test.each(['0', 'false', ''])('=%j means online', async (value) => {
    const server = await serve(wellBehaved(FILE));
    const { store } = await storeWith([`${server.origin}/x.onnx`], { PICTOR_OFFLINE: value });
    await store.pull('tiny');
    expect(server.seen).toHaveLength(1);
  });
});
