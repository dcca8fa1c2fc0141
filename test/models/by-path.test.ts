import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTestStore, temporaryFolder, tinyManifest, tinyModel, tinyOnDisk } from './support.ts';

describe('a model by its path', () => {
  test('is the .onnx file, its manifest, or its folder, absolute or relative', async () => {
    const path = await tinyOnDisk(await temporaryFolder());
    const { store } = await openTestStore();
    const manifest = join(dirname(path), 'tiny.manifest.json');
    for (const reference of [path, relative(process.cwd(), path), manifest]) {
      expect(await store.resolve(reference)).toMatchObject({
        path,
        origin: 'path',
        manifest: { id: 'tiny' },
      });
    }
    await rename(manifest, join(dirname(path), 'manifest.json'));
    for (const reference of [path, dirname(path)]) {
      expect(await store.resolve(reference)).toMatchObject({ path, origin: 'path' });
    }
  });

  test('says what is missing', async () => {
    const folder = await temporaryFolder();
    const path = await tinyOnDisk(folder);
    const { store } = await openTestStore();
    await expect(store.resolve('./no.onnx')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await writeFile(join(folder, 'tiny.manifest.json'), '{"id": 7');
    await expect(store.resolve(path)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' });
    await writeFile(join(folder, 'tiny.manifest.json'), '{"id": 7}');
    await expect(store.resolve(path)).rejects.toThrow(/id: .*task: /);
    await rm(join(folder, 'tiny.manifest.json'));
    await writeFile(
      join(folder, 'manifest.json'),
      JSON.stringify({ ...tinyManifest(tinyModel()), files: [] }),
    );
    await expect(store.resolve(path)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' });
  });

  test('with a file that is not the manifest’s is refused', async () => {
    const path = await tinyOnDisk(await temporaryFolder());
    await writeFile(path, tinyModel(1));
    const { store } = await openTestStore();
    await expect(store.resolve(path)).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
  });

  test('a manifest cannot lead out of its folder', async () => {
    const { store } = await openTestStore();
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'm'));
    const at = join(folder, 'm', 'manifest.json');
    const part = fc.constantFrom('..', '.', '', 'a', '\\', 'C:', '/', '..\\', 'a\0');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
        const path = parts.join('/');
        const [graph] = tinyManifest(tinyModel()).files;
        await writeFile(at, JSON.stringify({ ...tinyManifest(tinyModel()), files: [{ ...graph, path }] }));
        const error = await store.resolve(at).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        const plain = parts.every((each) => each === 'a');
        expect(error).toMatchObject({ code: plain ? 'MODEL_NOT_LOCAL' : 'MODEL_MANIFEST_INVALID' });
      }),
      { numRuns: 60 },
    );
  });

  test('no reference leads to a path inside the store that is no model', async () => {
    const { store } = await openTestStore();
    for (const reference of ['..', '.', '', '../x', 'a/../../b', '-', '~', 'x'.repeat(300)]) {
      await expect(store.resolve(reference)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    }
  });
});
