import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../../../src/models/manifest/manifest.ts';
import { openTestStore, tinyManifest, tinyModel } from '../support.ts';
import { type Behaviour, serve, status, wellBehaved } from './file-server.ts';

const FILE = tinyModel(2_000);
const QUICK = { backoffMs: 1, maxBackoffMs: 5, stallMs: 500, attempts: 2 };

/** A folder on a server: the model, and the manifest under a name of its own or the common one. */
function folderOf(manifest: unknown, name = 'tiny.manifest.json'): Behaviour {
  return (request, response, count) => {
    if (request.url === '/m/tiny.onnx') return wellBehaved(FILE)(request, response, count);
    if (request.url === `/m/${name}`) return void response.end(JSON.stringify(manifest));
    return status(404)(request, response, count);
  };
}

describe('a model by its address', () => {
  test.each(['tiny.manifest.json', 'manifest.json'])(
    'with %s beside it is pulled, then resolves offline',
    async (name) => {
      const server = await serve(folderOf(tinyManifest(FILE), name));
      const { store, folder } = await openTestStore({ download: QUICK });
      const url = `${server.origin}/m/tiny.onnx`;
      await expect(store.resolve(url)).rejects.toMatchObject({ code: 'MODEL_NOT_LOCAL' });
      expect(await store.pull(url)).toMatchObject({ origin: 'cache', manifest: { id: 'tiny' } });
      const offline = await openTestStore({ folder, env: { PICTOR_OFFLINE: '1' } });
      for (const reference of [url, 'tiny']) {
        expect((await offline.store.resolve(reference)).manifest.id).toBe('tiny');
        expect((await offline.store.pull(reference)).manifest.id).toBe('tiny');
      }
    },
  );

  test('takes the file from beside the manifest, whatever addresses that names', async () => {
    const elsewhere = await serve(wellBehaved(FILE));
    const server = await serve(folderOf(tinyManifest(FILE, [`${elsewhere.origin}/internal`])));
    const { store } = await openTestStore({ download: QUICK });
    await store.pull(`${server.origin}/m/tiny.onnx`);
    expect(elsewhere.seen).toEqual([]);
  });

  test('must be what its manifest says', async () => {
    const server = await serve(folderOf(tinyManifest(tinyModel(1_999))));
    const { store } = await openTestStore({ download: QUICK });
    await expect(store.pull(`${server.origin}/m/tiny.onnx`)).rejects.toMatchObject({
      code: 'MODEL_DOWNLOAD_FAILED',
    });
    const wrong = {
      ...tinyManifest(FILE),
      files: [{ path: 'tiny.onnx', sha256: '0'.repeat(64), bytes: FILE.length }],
    };
    const liar = await serve(folderOf(wrong));
    await expect(store.pull(`${liar.origin}/m/tiny.onnx`)).rejects.toMatchObject({
      code: 'MODEL_HASH_MISMATCH',
    });
    expect(await store.list()).toEqual([]);
  });

  test('cannot take the id of another model', async () => {
    const entry = manifestSchema.parse(tinyManifest(tinyModel(9), ['https://example.com/tiny.onnx']));
    const server = await serve(folderOf(tinyManifest(FILE)));
    const { store } = await openTestStore({ catalogue: [entry], download: QUICK });
    await expect(store.pull(`${server.origin}/m/tiny.onnx`)).rejects.toMatchObject({ code: 'MODEL_EXISTS' });
  });

  test('of the catalogue means the entry', async () => {
    const server = await serve(wellBehaved(FILE));
    const url = `${server.origin}/m/tiny.onnx`;
    const entry = manifestSchema.parse(tinyManifest(FILE, [url]));
    const { store } = await openTestStore({ catalogue: [entry], download: QUICK });
    expect((await store.pull(url)).manifest).toEqual(entry);
    expect(server.seen.map((seen) => seen.url)).toEqual(['/m/tiny.onnx']);
  });

  test.each<[string, Behaviour, string]>([
    ['no manifest beside it', folderOf({}, 'other.json'), 'MODEL_DOWNLOAD_FAILED'],
    [
      'a manifest of another file',
      folderOf({ ...tinyManifest(FILE), files: [{ ...tinyManifest(FILE).files[0], path: 'b.onnx' }] }),
      'MODEL_DOWNLOAD_FAILED',
    ],
    ['a manifest that is none', folderOf({ id: 'tiny' }), 'MODEL_MANIFEST_INVALID'],
    [
      'an endless manifest',
      (_, response) => response.end(Buffer.alloc(5 << 20, 32)),
      'MODEL_DOWNLOAD_FAILED',
    ],
    ['a server that fails', status(500), 'MODEL_DOWNLOAD_FAILED'],
    ['a page in place of a manifest', (_, response) => response.end('<html>'), 'MODEL_MANIFEST_INVALID'],
  ])('with %s is refused', async (_, behaviour, code) => {
    const server = await serve(behaviour);
    const { store } = await openTestStore({ download: QUICK });
    await expect(store.pull(`${server.origin}/m/tiny.onnx`)).rejects.toMatchObject({ code });
  });

  test.each([
    'http://models.example/tiny.onnx',
    'https://models.example/tiny.tflite',
    'https://models.example/',
  ])(
    '%s is no address of a model: plain http can be changed on the way, and only .onnx files are models',
    async (url) => {
      const { store } = await openTestStore({ download: QUICK });
      await expect(store.pull(url)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    },
  );
});
