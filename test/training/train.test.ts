import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { Engine } from '../../src/engine/types.ts';
import { openModelStore } from '../../src/models/store/store.ts';
import type { ModelStore } from '../../src/models/types.ts';
import { createApp } from '../../src/server/app.ts';
import { loadLocal } from '../../src/tasks/load.ts';
import {
  addPictures,
  checkTrainingData,
  openVersions,
  removeClasses,
  type TrainResult,
  train,
} from '../../src/training/index.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { squeezenetReference } from '../support/squeezenet.ts';

/** Pictures of each class: enough to learn ants from bees, few enough for seconds. */
const EACH = 24;

describeWithData('training', () => {
  let folder = '';
  let home = '';
  let pictures = '';
  let store: ModelStore;
  let engine: Engine;
  let first: TrainResult;
  const common = () => ({ folder: home, store, engine });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pictor-train-test-'));
    home = join(folder, 'home');
    pictures = join(folder, 'insects');
    for (const name of ['ants', 'bees']) await copyClass(name, name, 0, EACH);
    store = openModelStore({ folder: home });
    const { manifest, path } = squeezenetReference();
    await store.add(path, { ...manifest, id: 'backbone' });
    engine = createEngine({ workers: 1 });
    first = await train(pictures, { ...common(), id: 'insects', model: 'backbone' });
  }, 120_000);
  afterAll(async () => {
    await engine?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function copyClass(from: string, to: string, start: number, count: number, root = pictures) {
    const source = dataPath('hymenoptera', 'train', from);
    const names = (await readdir(source)).filter((name) => name.endsWith('.jpg')).sort();
    await mkdir(join(root, to), { recursive: true });
    for (const name of names.slice(start, start + count)) {
      await copyFile(join(source, name), join(root, to, name));
    }
  }

  it('learns the classes, and says how well on pictures that it had not seen', () => {
    const { measures, data, heldOut } = first.report;
    expect(data.classes.map(({ label }) => label)).toEqual(['ants', 'bees']);
    expect(heldOut).toBe('test');
    expect(measures.n).toBe(10);
    expect(measures.top1).toBeGreaterThanOrEqual(0.7);
    expect(measures.interval[0]).toBeLessThan(measures.top1);
    expect(first.report.head.outOfFold).toBeGreaterThan(0.75);
  });

  it('serves what was trained: same scores from the library, over HTTP and in the report', async () => {
    await using classifier = await loadLocal(first.model, 'classify', { engine });
    await using app = createApp({ models: ['insects'], store, engine });
    await app.start();
    const wrong = new Map(first.report.measures.mistakes.map(({ name, score }) => [name, score]));
    const record = await openRecord(first);
    for (const { path, name, part } of record.filter(({ part }) => part === 'test')) {
      expect(part).toBe('test');
      const { predictions, unknown, nearest, distance } = await classifier.classify(path);
      const response = await app.fetch(
        new Request('http://localhost/v1/classify', {
          method: 'POST',
          headers: { 'content-type': 'image/jpeg' },
          body: await readFile(path),
        }),
      );
      const served = JSON.parse(await response.text());
      expect(served.unknown).toBe(unknown);
      expect(served.nearest.label).toBe(nearest?.label);
      expect(served.distance).toBeCloseTo(distance ?? -1, 5);
      for (const [i, { label, score }] of predictions.entries()) {
        expect(served.predictions[i].label).toBe(label);
        expect(Math.abs(served.predictions[i].score - score)).toBeLessThan(1e-5);
      }
      const reported = wrong.get(name);
      if (reported !== undefined) expect(predictions[0]?.score).toBeCloseTo(reported, 5);
    }
  });

  it('tells a picture of something else, and has no tags for it', async () => {
    await using classifier = await loadLocal(first.model, 'classify', { engine });
    const noise = await sharp({
      create: { width: 256, height: 256, channels: 3, background: '#2040ff' },
    })
      .jpeg()
      .toBuffer();
    const answer = await classifier.classify(noise);
    expect(answer.unknown).toBe(true);
    expect(['ants', 'bees']).toContain(answer.nearest?.label);
    const tagged = await classifier.tag(noise);
    expect(tagged).toMatchObject({ unknown: true, tags: [] });
    await using app = createApp({ models: ['insects'], store, engine });
    await app.start();
    const post = (path: string, body: string | Uint8Array<ArrayBuffer>) =>
      app.fetch(new Request(`http://localhost${path}`, { method: 'POST', body }));
    const nearest = answer.nearest?.label;
    const tutorial = await post('/image', new Uint8Array(noise));
    expect(await tutorial.json()).toEqual({
      prediction: { ants: expect.any(Number), bees: expect.any(Number) },
    });
    expect(Object.fromEntries(tutorial.headers)).toMatchObject({
      'x-pictor-model': 'insects',
      'x-pictor-unknown': 'true',
      'x-pictor-nearest': nearest,
    });
    const input = { name: 'picture', datatype: 'BYTES', shape: [1], data: [noise.toString('base64')] };
    const inferred = await post('/v2/models/insects/infer', JSON.stringify({ inputs: [input] }));
    expect(await inferred.json()).toMatchObject({ parameters: { unknown: true, nearest } });
    const outputs = [{ name: 'distance' }];
    const pair = { ...input, shape: [2], data: [input.data[0], input.data[0]] };
    const both = await post('/v2/models/insects/infer', JSON.stringify({ inputs: [pair], outputs }));
    expect(await both.json()).toMatchObject({
      parameters: { unknown_threshold: expect.any(Number) },
      outputs: [{ name: 'distance' }],
    });
  });

  it('refuses a fine-tuning that could not be before any picture is looked at', async () => {
    const stages: string[] = [];
    const options = {
      ...common(),
      id: 'never',
      model: 'backbone',
      onProgress: ({ stage }: { readonly stage: string }) => void stages.push(stage),
    };
    for (const wrong of [
      { head: 'nearest', fineTune: true },
      { fineTune: { layers: { after: 'nowhere' } } },
      { fineTune: { epochs: 0 } },
    ] as const) {
      await expect(train(pictures, { ...options, ...wrong })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
    }
    expect(stages).toEqual([]);
  });

  it('says what is wrong with a data set that cannot be trained on', async () => {
    const broken = join(folder, 'broken');
    await mkdir(join(broken, 'a'), { recursive: true });
    await writeFile(join(broken, 'a', '1.jpg'), 'no picture');
    const { findings, obstacle } = await checkTrainingData(broken, common());
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: 'unreadable', files: [expect.stringContaining('a/1.jpg')] }),
    );
    expect(obstacle).toContain('pictures that can be read');
  });

  it('writes the same model for the same seed', async () => {
    const again = await train(pictures, { ...common(), id: 'again', model: 'backbone' });
    expect(again.model.manifest.files[0]?.sha256).toBe(first.model.manifest.files[0]?.sha256);
    const other = await train(pictures, { ...common(), id: 'other', model: 'backbone', seed: 2 });
    expect(other.model.manifest.files[0]?.sha256).not.toBe(first.model.manifest.files[0]?.sha256);
  });

  it.each(['nearest', 'means'] as const)(
    'has a head of kind %s whose graph answers like it',
    async (head) => {
      const { report } = await train(pictures, { ...common(), id: `with-${head}`, model: 'backbone', head });
      expect(report.measures.top1).toBeGreaterThanOrEqual(0.6);
      expect(report.model.difference).toBeLessThan(1e-5);
      expect(report.model.checked).toBeGreaterThan(5);
    },
  );

  it('adds pictures and a class, compares, goes back, and a running server follows', async () => {
    const more = join(folder, 'more');
    await copyClass('bees', 'bees', EACH, 8, more);
    await copyClass('ants', 'other', EACH, 12, more);
    await train(pictures, { ...common(), id: 'growing', model: 'backbone' });
    await using app = createApp({ models: ['growing'], store, engine });
    await app.start();
    const second = await addPictures('growing', more, common());
    expect(second.version).toBe(2);
    expect(second.report.data.classes.map(({ label }) => label)).toEqual(['ants', 'bees', 'other']);
    expect(second.report.comparison).toMatchObject({ version: 1, n: 10 });
    const [status] = await app.recognizers.reload('growing');
    expect(status?.manifest?.version).toBe(2);
    // The pictures need not be there any more.
    await rm(more, { recursive: true });
    const third = await removeClasses('growing', ['other'], common());
    expect(third.report.data.classes.map(({ label }) => label)).toEqual(['ants', 'bees']);
    const versions = openVersions(common());
    await versions.rollback('growing');
    expect((await versions.list('growing')).map(({ version, current }) => [version, current])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
    expect((await store.resolve('growing')).manifest.version).toBe(2);
  });

  it('takes features from the cache, and computes damaged ones again', async () => {
    const cache = join(home, 'training', 'features');
    const [entry = ''] = (await readdir(cache, { recursive: true })).filter((name) => name.length > 60);
    await writeFile(join(cache, entry), 'damaged');
    const notices: string[] = [];
    const result = await train(pictures, {
      ...common(),
      id: 'cached',
      model: 'backbone',
      onNotice: (text) => notices.push(text),
    });
    expect(notices).toEqual(['1 damaged entry of the cache computed again']);
    expect(result.model.manifest.files[0]?.sha256).toBe(first.model.manifest.files[0]?.sha256);
  });

  it('writes a page that needs no script, in both languages', async () => {
    const html = await readFile(join(first.folder, 'report.html'), 'utf8');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toContain('<script');
    expect(html).toContain('混淆情况');
    expect(html).toContain('What is taken for what');
  });

  const mistake = (files: Readonly<Record<string, Buffer | string>>) => async () => {
    const place = await mkdtemp(join(folder, 'mistake-'));
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(place, name, '..'), { recursive: true });
      await writeFile(join(place, name), content);
    }
    return place;
  };

  it('says what is wrong in one sentence', async () => {
    const picture = (shade: number) =>
      sharp({ create: { width: 64, height: 64, channels: 3, background: { r: shade, g: 90, b: 10 } } })
        .png()
        .toBuffer();
    const [a, b, c, d] = await Promise.all([10, 60, 120, 180].map(picture));
    const cases: readonly (readonly [() => Promise<string>, RegExp])[] = [
      [mistake({ 'readme.txt': 'x' }), /Make a folder for each class/],
      [mistake({ 'cat/1.png': a ?? '', 'cat/2.png': b ?? '', 'cat/3.png': c ?? '' }), /at least 2 classes/],
      [mistake({ 'cat/1.png': a ?? '', 'dog/1.png': b ?? '' }), /at least 3 pictures of each class/],
      [mistake({ 'cat/1.jpg': 'no', 'dog/1.jpg': 'picture' }), /2 that cannot/],
      [
        mistake({
          'train/cat/1.png': a ?? '',
          'train/cat/2.png': b ?? '',
          'train/cat/3.png': c ?? '',
          'val/dog/1.png': d ?? '',
          'val/dog/2.png': b ?? '',
          'val/dog/3.png': c ?? '',
        }),
        /in the training part, received fewer of dog/,
      ],
    ];
    for (const [make, words] of cases) {
      await expect(train(await make(), { ...common(), id: 'mistake', model: 'backbone' })).rejects.toThrow(
        words,
      );
    }
    await expect(train(pictures, { ...common(), id: 'backbone' })).rejects.toThrow(/Train under another id/);
    await expect(train(pictures, { ...common(), id: 'Not An Id' })).rejects.toThrow(/id to be/);
  });

  it('refuses a second training of the same id at once', async () => {
    const both = await Promise.allSettled([
      train(pictures, { ...common(), id: 'twice', model: 'backbone' }),
      train(pictures, { ...common(), id: 'twice', model: 'backbone' }),
    ]);
    const [failed] = both.filter(({ status }) => status === 'rejected');
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(String(failed?.status === 'rejected' && failed.reason)).toMatch(/nobody else to train twice/);
  });

  it('refuses more classes than it can fit before it looks at any picture', async () => {
    const list = join(folder, 'many.tsv');
    const rows = Array.from({ length: 30_000 }, (_, i) => `p${i}.jpg\tclass${i % 10_000}`);
    await writeFile(list, rows.join('\n'));
    await expect(train(list, { ...common(), id: 'many', model: 'backbone' })).rejects.toThrow(
      /at most 1000 classes for logistic regression, received 10000\. Use --head means/,
    );
  });

  it('finds copies, look-alikes, conflicts, dark pictures and wrong labels', async () => {
    const place = join(folder, 'checked');
    await copyClass('ants', 'ants', 0, 16, place);
    await copyClass('bees', 'bees', 0, 16, place);
    const [ant = '', another = ''] = (await readdir(join(place, 'ants'))).sort();
    await copyFile(join(place, 'ants', ant), join(place, 'ants', 'copy.jpg'));
    await copyFile(join(place, 'ants', ant), join(place, 'bees', 'conflict.jpg'));
    await sharp(join(place, 'ants', another))
      .resize(200)
      .jpeg({ quality: 50 })
      .toFile(join(place, 'ants', 'small.jpg'));
    await sharp({ create: { width: 99, height: 99, channels: 3, background: '#010101' } })
      .jpeg()
      .toFile(join(place, 'bees', 'dark.jpg'));
    await writeFile(join(place, 'bees', 'broken.jpg'), 'not a picture');
    const { findings } = await checkTrainingData(place, { ...common(), model: 'backbone' });
    const found = new Map(findings.map(({ kind, files }) => [kind, files]));
    expect(found.get('duplicate')).toContain(`ants/${ant} = ants/copy.jpg`);
    expect(found.get('two-classes')?.join()).toContain('bees/conflict.jpg');
    expect(found.get('near-duplicate')).toContain(`ants/${another} = ants/small.jpg`);
    expect(found.get('dark')).toEqual(['bees/dark.jpg']);
    expect(found.get('unreadable')).toEqual(['bees/broken.jpg']);
    await expect(
      train(place, { ...common(), id: 'strict', model: 'backbone', strict: true }),
    ).rejects.toThrow(/as --strict demands/);
  });

  async function openRecord({ folder: place }: TrainResult) {
    const record: { pictures: { path: string; name: string; part: string }[] } = JSON.parse(
      await readFile(join(place, 'training.json'), 'utf8'),
    );
    return record.pictures;
  }
});
