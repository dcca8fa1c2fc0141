import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import { type Behaviour, cutAfter, inTurn, serve, wellBehaved } from './download/file-server.ts';
import { openTestStore, sha256, temporaryFolder, tinyManifest, tinyModel, tinyOnDisk } from './support.ts';

const FILE = tinyModel(200_000);
const QUICK = { backoffMs: 1, maxBackoffMs: 20, stallMs: 400, attempts: 3 };
const LOCKS = { pollMs: 5, beatMs: 20, staleMs: 200, namelessMs: 50 };

async function storeAt(behaviour: Behaviour, given?: string) {
  const server = await serve(behaviour);
  const catalogue = [manifestSchema.parse(tinyManifest(FILE, [`${server.origin}/tiny.onnx`]))];
  const options = { catalogue, download: QUICK, locks: LOCKS, ...(given && { folder: given }) };
  return { server, catalogue, ...(await openTestStore(options)) };
}

const DAMAGE: readonly [string, (manifest: string) => Promise<unknown>][] = [
  ['empty', (path) => writeFile(path, '')],
  ['cut off', async (path) => writeFile(path, (await readFile(path, 'utf8')).slice(0, 300))],
  [
    'of a later version',
    async (path) => {
      const manifest = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify({ ...manifest, task: 'dream', output: { decoder: 'dream' } }));
    },
  ],
];

describe.each(DAMAGE)('a manifest that is %s', (_, damage) => {
  test('is shown, said what to do about, and mended by a pull that fetches no file that is good', async () => {
    const { store, folder, server, catalogue } = await storeAt(wellBehaved(FILE));
    await store.pull('tiny');
    await damage(join(folder, 'models', 'tiny', 'manifest.json'));
    expect(await store.list()).toMatchObject([{ manifest: { id: 'tiny' }, state: 'damaged' }]);
    expect(await store.info('tiny')).toMatchObject({ state: 'damaged' });
    for (const look of [store.resolve('tiny'), store.verify('tiny')]) {
      await expect(look).rejects.toMatchObject({
        code: 'MODEL_MANIFEST_INVALID',
        message: expect.stringContaining('pictor models pull tiny'),
      });
    }
    const offline = await openTestStore({ folder, catalogue, env: { PICTOR_OFFLINE: '1' } });
    const { path } = await offline.store.pull('tiny');
    expect(sha256(await readFile(path))).toBe(sha256(FILE));
    expect(server.seen).toHaveLength(1);
    expect(await store.verify('tiny')).toEqual({ ok: true, problems: [] });
  });

  test('of a model that was added can be removed, and replaced by force', async () => {
    const { store, folder } = await openTestStore();
    const file = await tinyOnDisk(await temporaryFolder());
    await store.add(file, undefined);
    const manifest = join(folder, 'models', 'tiny', 'manifest.json');
    await damage(manifest);
    await expect(store.resolve('tiny')).rejects.toThrow('pictor models remove tiny');
    await expect(store.add(file, undefined)).rejects.toMatchObject({ code: 'MODEL_EXISTS' });
    await store.add(file, undefined, { force: true });
    expect(await store.verify('tiny')).toMatchObject({ ok: true });
    await damage(manifest);
    await store.remove('tiny');
    expect(await readdir(join(folder, 'models'))).toEqual([]);
  });
});

test('a folder without a manifest can be removed', async () => {
  const { store, folder } = await openTestStore();
  await mkdir(join(folder, 'models', 'empty'), { recursive: true });
  await store.remove('empty');
  expect(await readdir(join(folder, 'models'))).toEqual([]);
});

describe('a part file that no resume can use', () => {
  const wrongRange: Behaviour = (request, response, count) => {
    if (request.headers.range === undefined) return wellBehaved(FILE)(request, response, count);
    response.writeHead(206, { 'content-range': `bytes 7-${FILE.length - 1}/${FILE.length}` });
    return void response.end(FILE.subarray(7));
  };

  test('because the server answers with another range: the whole file is fetched', async () => {
    const { store, server } = await storeAt(inTurn(cutAfter(FILE, 90_000), wrongRange));
    await store.pull('tiny');
    expect(server.seen.map(({ range }) => range === undefined)).toEqual([true, false, true]);
  });

  test('because it is a web page: it heals, and a page never becomes one', async () => {
    const page: Behaviour = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html>Log in to the network</html>');
    };
    const portal = await storeAt(page);
    await expect(portal.store.pull('tiny')).rejects.toThrow(/web page/);
    const parts = join(portal.folder, 'parts', 'tiny');
    expect(await readdir(parts).catch(() => [])).toEqual([]);
    const { store, folder } = await storeAt(wellBehaved(FILE));
    await mkdir(join(folder, 'parts', 'tiny'), { recursive: true });
    await writeFile(join(folder, 'parts', 'tiny', `${sha256(FILE)}.part`), '<html>Log in</html>');
    await store.pull('tiny');
    expect(await readdir(join(folder, 'parts'))).toEqual([]);
  });
});

describe('a full disk', () => {
  /** A file system of 64 inodes and 1 MB; undefined where this process may not mount one. */
  async function small(): Promise<string | undefined> {
    const folder = await temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,nr_inodes=64', 'tmpfs', folder], {
        stdio: 'ignore',
      });
    } catch {
      return undefined;
    }
    onTestFinished(() => {
      execFileSync('umount', ['-l', folder]);
    });
    return folder;
  }

  async function fill(folder: string, inodes: boolean): Promise<void> {
    await writeFile(join(folder, 'ballast'), Buffer.alloc(2 << 20)).catch(() => {});
    for (let i = 0; inodes && i < 80; i++) await writeFile(join(folder, `file-${i}`), '').catch(() => {});
  }

  test.each([false, true])('does not keep a model from being removed (no inode left: %s)', async (inodes) => {
    const folder = await small();
    if (folder === undefined) return;
    const { store } = await storeAt(wellBehaved(FILE), folder);
    await store.pull('tiny');
    await fill(folder, inodes);
    await expect(writeFile(join(folder, 'more'), 'more')).rejects.toMatchObject({ code: 'ENOSPC' });
    await store.remove('tiny');
    expect(await readdir(join(folder, 'models'))).toEqual([]);
    expect(await readdir(join(folder, 'locks'))).toEqual([]);
  });

  test('leaves no lock that names nobody', async () => {
    const folder = await small();
    if (folder === undefined) return;
    const { store } = await storeAt(wellBehaved(FILE), folder);
    await mkdir(join(folder, 'locks'));
    await fill(folder, false);
    await expect(store.pull('tiny')).rejects.toThrow(/full disk/);
    expect(await readdir(join(folder, 'locks'))).toEqual([]);
  });
});
