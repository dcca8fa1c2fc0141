import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import {
  openTestStore,
  temporaryFolder,
  tinyManifest,
  tinyModel,
  tinyOnDisk,
  tinyRecipe,
} from './support.ts';

describe('adding a local model', () => {
  test('copies it with the manifest beside it; then it resolves by its id in any spelling', async () => {
    const source = await tinyOnDisk(await temporaryFolder());
    const { store } = await openTestStore();
    const added = await store.add(source, undefined);
    expect(added).toMatchObject({ origin: 'cache', manifest: { id: 'tiny' } });
    expect(await readFile(added.path)).toEqual(await readFile(source));
    for (const spelling of ['tiny', 'Tiny', 'TI-NY']) {
      expect((await store.resolve(spelling)).path).toBe(added.path);
    }
  });

  test('takes a manifest without files and fills them in', async () => {
    const source = await tinyOnDisk(await temporaryFolder(), { manifest: false });
    const { store } = await openTestStore();
    const { manifest } = await store.add(source, tinyRecipe('colours'));
    expect(manifest.files).toEqual([tinyManifest(tinyModel()).files[0]]);
    expect((await store.verify('colours')).ok).toBe(true);
  });

  test('knows a file of the catalogue by its hash', async () => {
    const source = await tinyOnDisk(await temporaryFolder(), { manifest: false });
    const entry = manifestSchema.parse(tinyManifest(tinyModel(), ['https://example.com/tiny.onnx'], 'known'));
    const { store } = await openTestStore({ catalogue: [entry] });
    await store.add(source, undefined);
    expect(await store.list()).toMatchObject([{ manifest: { id: 'known' }, state: 'cached' }]);
  });

  test('refuses an id that is there, unless forced', async () => {
    const source = await tinyOnDisk(await temporaryFolder());
    const { store } = await openTestStore();
    await store.add(source, undefined);
    await expect(store.add(source, undefined)).rejects.toMatchObject({ code: 'MODEL_EXISTS' });
    const again = await store.add(source, { ...tinyRecipe(), title: 'Second' }, { force: true });
    expect(again.manifest.title).toBe('Second');
    expect((await store.resolve('tiny')).manifest.title).toBe('Second');
  });

  test('refuses an id of the catalogue for another file', async () => {
    const source = await tinyOnDisk(await temporaryFolder());
    const entry = manifestSchema.parse(tinyManifest(tinyModel(9), ['https://example.com/tiny.onnx']));
    const { store } = await openTestStore({ catalogue: [entry] });
    await expect(store.add(source, undefined)).rejects.toMatchObject({ code: 'MODEL_EXISTS' });
  });

  const input = tinyRecipe().input;
  test.each([
    ['another size', { input: { ...input, width: 9 } }, 'MODEL_MANIFEST_INVALID', '[n, 3, 8, 8]'],
    ['another layout', { input: { ...input, layout: 'NHWC' } }, 'MODEL_MANIFEST_INVALID', '[n, 3, 8, 8]'],
    [
      'another element type',
      { input: { ...input, elementType: 'uint8' } },
      'MODEL_MANIFEST_INVALID',
      'float32',
    ],
    ['an unknown input', { input: { ...input, name: 'data' } }, 'MODEL_MANIFEST_INVALID', 'pixels'],
    [
      'an unknown output',
      { output: { decoder: 'classification', softmax: 'inside', name: 'prob' } },
      'MODEL_MANIFEST_INVALID',
      'scores',
    ],
    ['a label too many', { labels: { names: ['a', 'b', 'c'] } }, 'LABELS_INVALID', '2 labels'],
    ['an id that cannot be', { id: '../up' }, 'MODEL_MANIFEST_INVALID', 'id'],
  ])('refuses %s and says what the graph has', async (_, change, code, says) => {
    const source = await tinyOnDisk(await temporaryFolder(), { manifest: false });
    const { store, folder } = await openTestStore();
    const adding = store.add(source, { ...tinyRecipe(), ...change });
    await expect(adding).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
    expect(await store.list()).toEqual([]);
    await expect(access(join(folder, 'models'))).rejects.toThrow();
  });

  test('refuses what is no ONNX file, no file, or a file without any manifest', async () => {
    const folder = await temporaryFolder();
    const text = join(folder, 'text.onnx');
    await writeFile(text, 'This is a text, not a model.');
    const { store } = await openTestStore();
    await expect(store.add(text, tinyRecipe())).rejects.toMatchObject({ code: 'MODEL_FILE_INVALID' });
    await expect(store.add(join(folder, 'none.onnx'), tinyRecipe())).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
    });
    const bare = await tinyOnDisk(folder, { manifest: false });
    await expect(store.add(bare, undefined)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' });
  });
});
