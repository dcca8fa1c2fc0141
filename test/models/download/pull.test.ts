import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../../../src/models/manifest/manifest.ts';
import type { ModelStoreOptions } from '../../../src/models/store/store.ts';
import type { PullProgress } from '../../../src/models/types.ts';
import { openTestStore, sha256, tinyManifest, tinyModel } from '../support.ts';
import { type Behaviour, cutAfter, inTurn, serve, status, wellBehaved } from './file-server.ts';

const FILE = tinyModel(200_000);
const QUICK = { backoffMs: 1, maxBackoffMs: 20, stallMs: 400, attempts: 3 };

/** A store whose catalogue has the tiny model at some addresses. */
async function storeFor(urls: string[], options: ModelStoreOptions = {}) {
  const catalogue = [manifestSchema.parse(tinyManifest(FILE, urls))];
  return openTestStore({ catalogue, download: QUICK, ...options });
}

async function visible(folder: string): Promise<string[]> {
  return readdir(join(folder, 'models')).catch(() => []);
}

async function storeAt(behaviour: Behaviour, options: ModelStoreOptions = {}) {
  const server = await serve(behaviour);
  return { server, ...(await storeFor([`${server.origin}/tiny.onnx`], options)) };
}

describe('pulling a model', () => {
  test('brings the file, says how far it is, and needs no network afterwards', async () => {
    const { store, folder, server } = await storeAt(wellBehaved(FILE));
    const progress: PullProgress[] = [];
    const pulled = await store.pull('tiny', { onProgress: (step) => progress.push(step) });
    expect(await readFile(pulled.path)).toEqual(Buffer.from(FILE));
    expect(progress.at(-1)).toEqual({
      model: 'tiny',
      file: 'tiny.onnx',
      url: `${server.origin}/tiny.onnx`,
      receivedBytes: FILE.length,
      totalBytes: FILE.length,
    });
    await store.pull('tiny');
    expect((await store.resolve('tiny')).path).toBe(pulled.path);
    expect(server.seen).toHaveLength(1);
    expect(await readdir(join(folder, 'parts'))).toEqual([]);
    expect(await readdir(join(folder, 'locks'))).toEqual([]);
  });

  test('continues by byte range after a cut connection', async () => {
    const { store, server } = await storeAt(inTurn(cutAfter(FILE, 90_000), wellBehaved(FILE)));
    await store.pull('tiny');
    expect(server.seen).toHaveLength(2);
    const [, second] = server.seen;
    expect(Number(/^bytes=(\d+)-$/.exec(second?.range ?? '')?.[1])).toBeGreaterThan(0);
    expect(second?.ifRange).toBe('"one"');
  });

  test('a server that hangs up all the time is tried on as long as there is progress', async () => {
    const { store, server } = await storeAt(cutAfter(FILE, 25_000));
    await store.pull('tiny');
    expect(server.seen.length).toBeGreaterThan(QUICK.attempts);
  });

  test('begins anew when the file on the server has changed since', async () => {
    const old = FILE.map((byte) => byte ^ 255);
    const { store } = await storeAt(inTurn(cutAfter(old, 90_000, '"old"'), wellBehaved(FILE, '"new"')));
    expect(sha256(await readFile((await store.pull('tiny')).path))).toBe(sha256(FILE));
  });

  test('gets by with a server that ignores ranges', async () => {
    const whole: Behaviour = (_, response) => response.end(FILE);
    const { store } = await storeAt(inTurn(cutAfter(FILE, 90_000), whole));
    expect(sha256(await readFile((await store.pull('tiny')).path))).toBe(sha256(FILE));
  });

  test('a part that turns out to be rubbish is fetched again from the start', async () => {
    const { store, folder, server } = await storeAt(wellBehaved(FILE));
    await mkdir(join(folder, 'parts', 'tiny'), { recursive: true });
    await writeFile(join(folder, 'parts', 'tiny', `${sha256(FILE)}.part`), Buffer.alloc(1000));
    await store.pull('tiny');
    expect(server.seen.map(({ range }) => range)).toEqual(['bytes=1000-', undefined]);
  });

  test.each<[string, Behaviour, string]>([
    ['404', status(404), '404'],
    ['410', status(410), '410'],
    ['a redirect to nowhere', status(302), 'redirects to nowhere'],
    ['a redirect loop', status(302, { location: '/tiny.onnx' }), 'redirects more than'],
    ['a redirect to a file address', status(302, { location: 'file:///etc/passwd' }), 'redirects'],
    ['a length that is too small', status(200, { 'content-length': '2' }), 'announces 2 bytes'],
  ])('gives up at once on %s', async (_, behaviour, says) => {
    const { store, folder } = await storeAt(behaviour);
    await expect(store.pull('tiny')).rejects.toMatchObject({
      code: 'MODEL_DOWNLOAD_FAILED',
      message: expect.stringContaining(says),
    });
    expect(await visible(folder)).toEqual([]);
  });

  test('tries 500, 503 and 429 again, and follows a redirect', async () => {
    const { store, server } = await storeAt(
      inTurn(
        status(500),
        status(503),
        status(302, { location: '/elsewhere' }),
        status(429, { 'retry-after': '0' }),
        wellBehaved(FILE),
      ),
      { download: { ...QUICK, attempts: 4 } },
    );
    await store.pull('tiny');
    expect(server.seen.map(({ url }) => url)).toContain('/elsewhere');
  });

  test('500 for ever ends after the allowed number of attempts', async () => {
    const { store, server } = await storeAt(status(500));
    await expect(store.pull('tiny')).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
    expect(server.seen).toHaveLength(QUICK.attempts);
  });

  test('a silent connection counts as dead', async () => {
    const silent: Behaviour = (_, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      response.write(FILE.subarray(0, 1000));
    };
    const { store } = await storeAt(inTurn(silent, wellBehaved(FILE)), {
      download: { ...QUICK, stallMs: 50 },
    });
    await store.pull('tiny');
    const never = await storeAt(silent, { download: { ...QUICK, stallMs: 50 } });
    await expect(never.store.pull('tiny')).rejects.toThrow('no byte for 0.05 s');
  });

  test('a file with the right size and another content is never visible', async () => {
    const { store, folder } = await storeAt(wellBehaved(FILE.map((byte) => byte ^ 1)));
    await expect(store.pull('tiny')).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
    expect(await visible(folder)).toEqual([]);
    await expect(store.resolve('tiny')).rejects.toMatchObject({ code: 'MODEL_NOT_LOCAL' });
  });

  test('a body longer than announced, or without an announced length, is cut off', async () => {
    const { store, folder } = await storeAt((_, response) => response.end(Buffer.alloc(FILE.length + 1)));
    await expect(store.pull('tiny')).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
    const endless = await storeAt((_, response) => {
      response.write(Buffer.alloc(FILE.length));
      response.write(Buffer.alloc(FILE.length));
      response.end();
    });
    await expect(endless.store.pull('tiny')).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
    expect(await visible(folder)).toEqual([]);
  });

  test('the next address is tried when one does not have it', async () => {
    const good = await serve(wellBehaved(FILE));
    const bad = await serve(status(404));
    const wrong = await serve(wellBehaved(FILE.map((byte) => byte ^ 1)));
    const { store } = await storeFor([bad, wrong, good].map(({ origin }) => `${origin}/tiny.onnx`));
    await store.pull('tiny');
    expect([bad, wrong, good].map(({ seen }) => seen.length)).toEqual([1, 1, 1]);
  });

  test('a machine that is not there does not stop the next address', async () => {
    const good = await serve(wellBehaved(FILE));
    const { store } = await storeFor(['http://127.0.0.1:1/tiny.onnx', `${good.origin}/tiny.onnx`]);
    await store.pull('tiny');
    expect(good.seen).toHaveLength(1);
  });

  test('an aborted pull keeps its part; the next one continues', async () => {
    const { store, server, folder } = await storeAt(
      inTurn((_, response) => {
        response.writeHead(200, { etag: '"one"', 'content-length': FILE.length });
        response.write(FILE.subarray(0, 50_000));
      }, wellBehaved(FILE)),
    );
    const controller = new AbortController();
    const pulling = store.pull('tiny', {
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => receivedBytes >= 50_000 && controller.abort(),
    });
    await expect(pulling).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await visible(folder)).toEqual([]);
    expect(await readdir(join(folder, 'locks'))).toEqual([]);
    await store.pull('tiny');
    expect(server.seen[1]?.range).toBe('bytes=50000-');
  });

  test('a signal that is aborted already opens no connection', async () => {
    const { store, server } = await storeAt(wellBehaved(FILE));
    await expect(store.pull('tiny', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(server.seen).toEqual([]);
  });

  test('a damaged model is fetched again', async () => {
    const { store, server } = await storeAt(wellBehaved(FILE));
    const { path } = await store.pull('tiny');
    await writeFile(
      path,
      FILE.map((byte) => byte ^ 1),
    );
    await expect(store.resolve('tiny')).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
    await store.pull('tiny');
    expect(server.seen).toHaveLength(2);
    expect(await store.verify('tiny')).toEqual({ ok: true, problems: [] });
  });
});
