import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import { serve, wellBehaved } from './download/file-server.ts';
import { openTestStore, temporaryFolder, tinyManifest, tinyModel, tinyOnDisk } from './support.ts';

const FILE = tinyModel(600_000);

async function catalogue() {
  const server = await serve(wellBehaved(FILE));
  return { server, catalogue: [manifestSchema.parse(tinyManifest(FILE, [`${server.origin}/tiny.onnx`]))] };
}

/** A file system of its own; undefined where this process may not mount one. */
async function mounted(options: string): Promise<string | undefined> {
  const folder = await temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
  return folder;
}

describe('a store that cannot be written', () => {
  test('a file in place of the folder: pull and add say so, list and resolve go on', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const known = await catalogue();
    const { store } = await openTestStore({ folder: file, catalogue: known.catalogue });
    expect(await store.list()).toHaveLength(1);
    const path = await tinyOnDisk(await temporaryFolder());
    expect((await store.resolve(path)).origin).toBe('path');
    for (const attempt of [() => store.pull('tiny'), () => store.add(path, undefined, { force: true })]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'MODEL_STORE_FAILED',
        message: expect.stringMatching(/a file where a folder belongs.*PICTOR_HOME/),
      });
    }
    expect(known.server.seen).toEqual([]);
  });

  test('a folder without permission', async (context) => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o555);
    if (
      await writeFile(join(folder, 'probe'), '').then(
        () => true,
        () => false,
      )
    )
      context.skip('runs as root');
    const { store } = await openTestStore({ folder, ...(await catalogue()) });
    await expect(store.pull('tiny')).rejects.toThrow(/no permission.*PICTOR_HOME/);
  });

  test('a read-only file system', async (context) => {
    const folder = await mounted('size=4m');
    if (folder === undefined) return context.skip('may not mount a file system');
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const { store } = await openTestStore({ folder, ...(await catalogue()) });
    await expect(store.pull('tiny')).rejects.toThrow(/a read-only file system.*PICTOR_HOME/);
    return undefined;
  });

  test('a model in a read-only store still resolves', async (context) => {
    const folder = await mounted('size=4m');
    if (folder === undefined) return context.skip('may not mount a file system');
    const { store } = await openTestStore({ folder });
    await store.add(await tinyOnDisk(await temporaryFolder()), undefined);
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    expect((await store.resolve('tiny')).origin).toBe('cache');
    expect((await store.verify('tiny')).ok).toBe(true);
    return undefined;
  });
});

describe('a full disk', () => {
  test('is noticed before the download', async (context) => {
    const folder = await mounted('size=400k');
    if (folder === undefined) return context.skip('may not mount a file system');
    const { catalogue: entries, server } = await catalogue();
    const { store } = await openTestStore({ folder, catalogue: entries });
    await expect(store.pull('tiny')).rejects.toMatchObject({
      code: 'MODEL_STORE_FAILED',
      message: expect.stringMatching(/a full disk.*PICTOR_HOME/),
    });
    expect(server.seen).toEqual([]);
    return undefined;
  });

  test('that fills up during the download leaves nothing visible, and the rest comes when there is room', async (context) => {
    const folder = await mounted('size=1m');
    if (folder === undefined) return context.skip('may not mount a file system');
    const ballast = join(folder, 'ballast');
    let arrived = () => {};
    const half = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await serve((request, response, count) => {
      if (count > 1) return wellBehaved(FILE)(request, response, count);
      response.writeHead(200, { etag: '"one"', 'content-length': FILE.length });
      response.write(FILE.subarray(0, 100_000));
      half.then(async () => {
        await writeFile(ballast, Buffer.alloc(1 << 20)).catch(() => {});
        response.end(FILE.subarray(100_000));
      });
    });
    const entries = [manifestSchema.parse(tinyManifest(FILE, [`${server.origin}/tiny.onnx`]))];
    const { store } = await openTestStore({ folder, catalogue: entries });
    const pulling = store.pull('tiny', {
      onProgress: ({ receivedBytes }) => receivedBytes >= 100_000 && arrived(),
    });
    await expect(pulling).rejects.toThrow(/a full disk.*ENOSPC.*PICTOR_HOME/);
    expect(await readdir(join(folder, 'models')).catch(() => [])).toEqual([]);
    await writeFile(ballast, '');
    await store.pull('tiny');
    expect(server.seen[1]?.range).toMatch(/^bytes=[1-9]/);
    return undefined;
  });
});

describe('what lies in the store', () => {
  test('a folder without a manifest, or with a broken one, does not hide the others', async () => {
    const { store, folder } = await openTestStore();
    await store.add(await tinyOnDisk(await temporaryFolder()), undefined);
    for (const [name, text] of [
      ['empty', undefined],
      ['broken', '{'],
      ['renamed', JSON.stringify(tinyManifest(FILE))],
    ] as const) {
      await mkdir(join(folder, 'models', name));
      if (text !== undefined) await writeFile(join(folder, 'models', name, 'manifest.json'), text);
    }
    expect((await store.list()).map(({ manifest }) => manifest.id)).toEqual(['tiny']);
    await expect(store.resolve('broken')).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' });
    await expect(store.resolve('renamed')).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' });
    await expect(store.resolve('empty')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });

  test('remove takes a model away, and says so when there is none', async () => {
    const { server, catalogue: entries } = await catalogue();
    const { store, folder } = await openTestStore({ catalogue: entries });
    await store.pull('tiny');
    await store.remove('Tiny');
    expect(await store.list()).toMatchObject([{ manifest: { id: 'tiny' }, state: 'remote' }]);
    expect(await readdir(join(folder, 'models'))).toEqual([]);
    expect(await readdir(join(folder, 'trash'))).toEqual([]);
    await expect(store.remove('tiny')).rejects.toMatchObject({ code: 'MODEL_NOT_LOCAL' });
    await expect(store.remove('other')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await expect(store.remove(await tinyOnDisk(await temporaryFolder()))).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await store.pull('tiny');
    expect(server.seen).toHaveLength(2);
  });
});
