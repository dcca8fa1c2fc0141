import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { catalogue, DEFAULT_CLASSIFIER } from '../../src/models/catalogue/catalogue.ts';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import { openModelStore } from '../../src/models/store/store.ts';
import { defaultModel } from '../../src/tasks/default-model.ts';
import { serve, wellBehaved } from '../models/download/file-server.ts';
import { tinyManifest, tinyModel, tinyOnDisk } from '../models/support.ts';
import { writeSmallModel } from '../support/small-models.ts';

const FILE = tinyModel(1000);

/** A store with an embedded detector, and a catalogue whose default classifier lies on a server of this machine. */
async function storeWithDetector(env: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-default-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeSmallModel(join(folder, 'embedded'), 'halves');
  const server = await serve(wellBehaved(FILE));
  const entry = manifestSchema.parse(tinyManifest(FILE, [`${server.origin}/x.onnx`], DEFAULT_CLASSIFIER));
  const store = openModelStore({
    env,
    folder: join(folder, 'store'),
    embedded: join(folder, 'embedded'),
    catalogue: [entry, ...catalogue().filter(({ id }) => id !== DEFAULT_CLASSIFIER)],
    download: { attempts: 1, backoffMs: 1 },
  });
  return { folder, store, server };
}

describe('the model when none is named, in a real store', () => {
  test('at the terminal the default classifier is fetched once, then found', async () => {
    const { store, server } = await storeWithDetector();
    const notices: string[] = [];
    const options = { allowPull: true, onNotice: (text: string) => notices.push(text) };
    for (const _ of [1, 2]) {
      expect((await defaultModel(store, options)).manifest.id).toBe(DEFAULT_CLASSIFIER);
    }
    expect(server.seen).toHaveLength(1);
    expect(notices).toEqual([]);
  });

  test('during a request nothing is fetched: the embedded detector answers, and one line says so', async () => {
    const { store, server } = await storeWithDetector();
    const notices: string[] = [];
    const model = await defaultModel(store, { allowPull: false, onNotice: (text) => notices.push(text) });
    expect(model).toMatchObject({ origin: 'embedded', manifest: { id: 'halves' } });
    expect(server.seen).toEqual([]);
    expect(notices).toEqual([
      expect.stringMatching(/halves answers as a tagger.*pictor models pull squeezenet$/),
    ]);
  });

  test('offline the embedded detector answers, and the line says why', async () => {
    const { store, server } = await storeWithDetector({ PICTOR_OFFLINE: '1' });
    const notices: string[] = [];
    const model = await defaultModel(store, { allowPull: true, onNotice: (text) => notices.push(text) });
    expect(model.manifest.id).toBe('halves');
    expect(server.seen).toEqual([]);
    expect(notices).toEqual([expect.stringContaining('downloads are off')]);
  });

  test('a classifier that was added is used before anything is fetched', async () => {
    const { store, server, folder } = await storeWithDetector();
    await mkdir(join(folder, 'mine'));
    await store.add(await tinyOnDisk(join(folder, 'mine')), undefined);
    expect((await defaultModel(store, { allowPull: true })).manifest.id).toBe('tiny');
    expect(server.seen).toEqual([]);
  });

  test('a choice holds for every process, until it is taken back or the model goes', async () => {
    const { store, folder } = await storeWithDetector();
    await store.pull(DEFAULT_CLASSIFIER);
    await mkdir(join(folder, 'mine'));
    await store.add(await tinyOnDisk(join(folder, 'mine')), undefined);
    const answering = async () => {
      const other = openModelStore({
        env: {},
        folder: join(folder, 'store'),
        embedded: join(folder, 'embedded'),
      });
      return (await defaultModel(other, { allowPull: false })).manifest.id;
    };
    expect(await answering()).toBe(DEFAULT_CLASSIFIER);
    await store.chooseDefault('tiny');
    expect(await store.defaults()).toEqual({ classify: 'tiny' });
    expect(await answering()).toBe('tiny');
    expect(await store.clearDefault('classify')).toBe('tiny');
    expect(await answering()).toBe(DEFAULT_CLASSIFIER);
    await store.chooseDefault('tiny');
    await store.remove('tiny');
    expect(await store.defaults()).toEqual({});
    await expect(store.chooseDefault('tiny')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await expect(store.chooseDefault('resnet50')).rejects.toMatchObject({ code: 'MODEL_NOT_LOCAL' });
  });

  test('a damaged file of choices is said, not passed over', async () => {
    const { store, folder } = await storeWithDetector();
    await mkdir(join(folder, 'store'), { recursive: true });
    await writeFile(join(folder, 'store', 'defaults.json'), '{"classify":');
    await expect(defaultModel(store, { allowPull: false })).rejects.toMatchObject({
      code: 'MODEL_STORE_FAILED',
    });
  });

  test('a damaged default classifier is an error that says how to mend it, not a reason for another model', async () => {
    const { store } = await storeWithDetector();
    const { path } = await store.pull(DEFAULT_CLASSIFIER);
    await writeFile(
      path,
      FILE.map((byte) => byte ^ 1),
    );
    await expect(defaultModel(store, { allowPull: false })).rejects.toMatchObject({
      code: 'MODEL_HASH_MISMATCH',
      message: expect.stringContaining('pictor models pull squeezenet'),
    });
  });

  test('Ctrl-C during the download is no reason for another model either', async () => {
    const { store } = await storeWithDetector();
    const pulling = defaultModel(store, { allowPull: true, signal: AbortSignal.abort() });
    await expect(pulling).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
