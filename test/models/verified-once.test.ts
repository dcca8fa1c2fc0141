import { execFile } from 'node:child_process';
import { appendFile, copyFile, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hashFile } from '../../src/models/store/file-hash.ts';
import { openTestStore, sha256, temporaryFolder, tinyManifest, tinyModel, tinyOnDisk } from './support.ts';

const RESOLVE = fileURLToPath(new URL('resolve-child.ts', import.meta.url));

/** Resolves in a process of its own; says how many bytes of model files it read. */
async function resolveElsewhere(
  folder: string,
  reference: string,
): Promise<{ code: string; bytesRead: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    RESOLVE,
    folder,
    reference,
  ]);
  return JSON.parse(stdout);
}

/** Long enough for a file to count as at rest. */
const REST_MS = 150;

async function storedModel() {
  const { store, folder } = await openTestStore();
  const { path } = await store.add(await tinyOnDisk(await temporaryFolder()), undefined);
  await sleep(REST_MS);
  return { store, folder, path };
}

describe('a model file is hashed once for each state', () => {
  test('a second process does not read it again', async () => {
    const { folder } = await storedModel();
    const size = tinyModel().length;
    expect(await resolveElsewhere(folder, 'tiny')).toEqual({ code: 'ok', bytesRead: size });
    expect(await resolveElsewhere(folder, 'tiny')).toEqual({ code: 'ok', bytesRead: 0 });
  });

  test.each<[string, (path: string, folder: string) => Promise<void>]>([
    ['changed in place', (path) => writeFile(path, tinyModel().fill(0, 20, 40))],
    [
      'changed in place, with its old modification time',
      async (path) => {
        const { atime, mtime } = await stat(path);
        await writeFile(path, tinyModel().fill(0, 20, 40));
        await utimes(path, atime, mtime);
      },
    ],
    [
      'replaced by a file of the same size and time',
      async (path, folder) => {
        const { atime, mtime } = await stat(path);
        const other = join(folder, 'other');
        await writeFile(other, tinyModel().fill(0, 20, 40));
        await utimes(other, atime, mtime);
        await rename(other, path);
      },
    ],
    ['longer', (path) => appendFile(path, 'x')],
  ])('a file that was %s is noticed by the same and by another process', async (_, tamper) => {
    const { store, folder, path } = await storedModel();
    await store.resolve('tiny');
    expect((await resolveElsewhere(folder, 'tiny')).code).toBe('ok');
    await tamper(path, folder);
    await expect(store.resolve('tiny')).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
    expect((await resolveElsewhere(folder, 'tiny')).code).toBe('MODEL_HASH_MISMATCH');
    expect((await store.verify('tiny')).ok).toBe(false);
  });

  test('a file that has just been written gets no stamp yet', async () => {
    const { store, folder } = await openTestStore();
    await store.add(await tinyOnDisk(await temporaryFolder()), undefined);
    await store.resolve('tiny');
    expect(await readdir(join(folder, 'verified')).catch(() => [])).toEqual([]);
  });

  test('rubbish in place of a stamp, or another file’s, is no stamp', async () => {
    const { store, folder } = await storedModel();
    await store.verify('tiny');
    const [name = ''] = await readdir(join(folder, 'verified'));
    await writeFile(join(folder, 'verified', name), '{"state":1}');
    expect((await resolveElsewhere(folder, 'tiny')).bytesRead).toBeGreaterThan(0);
  });

  test('verify always reads', async () => {
    const { store, path } = await storedModel();
    await store.resolve('tiny');
    expect(await store.verify('tiny')).toEqual({ ok: true, problems: [] });
    await rm(path);
    expect(await store.verify('tiny')).toMatchObject({
      ok: false,
      problems: [expect.stringContaining(path)],
    });
  });
});

test('a reader that gives up does not take another one along', async () => {
  const path = join(await temporaryFolder(), 'large');
  const bytes = Buffer.alloc(40 << 20, 7);
  await writeFile(path, bytes);
  const controller = new AbortController();
  const first = hashFile(path, { signal: controller.signal });
  const second = hashFile(path);
  setTimeout(() => controller.abort(), 5);
  const [given, kept] = await Promise.allSettled([first, second]);
  expect(given.status).toBe('rejected');
  expect(kept).toEqual({ status: 'fulfilled', value: sha256(bytes) });
});

describe('embedded models', () => {
  async function embeddedModel(bytes: Uint8Array): Promise<string> {
    const embedded = await temporaryFolder();
    await mkdir(join(embedded, 'tiny'));
    await writeFile(join(embedded, 'tiny', 'tiny.onnx'), bytes);
    await writeFile(join(embedded, 'tiny', 'manifest.json'), JSON.stringify(tinyManifest(tinyModel())));
    return embedded;
  }

  test('come before the cache', async () => {
    const embedded = await embeddedModel(tinyModel());
    const { store, folder } = await openTestStore();
    await store.add(await tinyOnDisk(await temporaryFolder()), undefined);
    const both = await openTestStore({ folder, embedded });
    expect(await both.store.resolve('tiny')).toMatchObject({ origin: 'embedded' });
    expect((await both.store.list()).map(({ state }) => state)).toEqual(['embedded']);
    await expect(both.store.remove('tiny')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const file = await tinyOnDisk(await temporaryFolder());
    await expect(both.store.add(file, undefined, { force: true })).rejects.toMatchObject({
      code: 'MODEL_EXISTS',
    });
  });

  test('are hashed, or taken by size where the archive was verified when it was packed', async () => {
    const embedded = await embeddedModel(tinyModel().fill(0, 20, 40));
    const careful = await openTestStore({ embedded });
    await expect(careful.store.resolve('tiny')).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
    const trusting = await openTestStore({ embedded, trustEmbedded: true });
    expect(await trusting.store.resolve('tiny')).toMatchObject({ origin: 'embedded' });
    await copyFile(join(embedded, 'tiny', 'manifest.json'), join(embedded, 'tiny', 'tiny.onnx'));
    await expect(trusting.store.resolve('tiny')).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
  });
});
