import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openModelStore } from '../../src/models/store/store.ts';
import { type App, createApp } from '../../src/server/app.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { squeezenetReference } from '../support/squeezenet.ts';

const EACH = 12;

describeWithData('training over HTTP', () => {
  const before = process.env['PICTOR_HOME'];
  let home = '';
  let app: App;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pictor-train-http-'));
    process.env['PICTOR_HOME'] = home;
    const { manifest, path } = squeezenetReference();
    const store = openModelStore({ folder: home });
    await store.add(path, { ...manifest, id: 'backbone' });
    app = createApp({
      models: ['backbone'],
      store,
      engine: { workers: 1 },
      jobs: { folder: join(home, 'jobs'), trainFolders: [dataPath('hymenoptera')] },
    });
    await app.start();
  }, 60_000);
  afterAll(async () => {
    await app?.close();
    if (before === undefined) delete process.env['PICTOR_HOME'];
    else process.env['PICTOR_HOME'] = before;
    await rm(home, { recursive: true, force: true });
  });

  const send = (path: string, init?: RequestInit) => app.fetch(new Request(`http://localhost${path}`, init));
  const json = async (response: Response) => JSON.parse(await response.text());

  async function archive(): Promise<Uint8Array<ArrayBuffer>> {
    const files: Record<string, Uint8Array> = {
      'readme.txt': new Uint8Array(3),
      '../outside.jpg': new Uint8Array(3),
    };
    for (const name of ['ants', 'bees']) {
      const folder = dataPath('hymenoptera', 'train', name);
      for (const file of (await readdir(folder)).filter((each) => each.endsWith('.jpg')).slice(0, EACH)) {
        files[`${name}/${file}`] = await readFile(join(folder, file));
      }
    }
    return Uint8Array.from(zipSync(files, { level: 0 }));
  }

  async function classify(model: string, name: string): Promise<Response> {
    return send(`/v1/classify?model=${model}`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: await readFile(dataPath('hymenoptera', 'train', name)),
    });
  }

  async function imageSize(bytes: Uint8Array): Promise<[number, number]> {
    const { width, height } = await sharp(bytes).metadata();
    return [width, height];
  }

  async function ended(url: string) {
    for (let tries = 0; tries < 600; tries++) {
      const job = await json(await send(url));
      if (!['queued', 'running'].includes(job.state)) return job;
      await sleep(100);
    }
    throw new Error('the job did not end');
  }

  it('trains on an uploaded archive, offers the report, and the model is in the store', async () => {
    const response = await send('/v1/train?id=insects&model=backbone', {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: await archive(),
    });
    expect(response.status).toBe(202);
    const made = await json(response);
    expect(response.headers.get('location')).toBe(made.url);
    const job = await ended(made.url);
    expect(job).toMatchObject({
      kind: 'train',
      state: 'done',
      result: { model: 'insects', version: 1, level: 'head', classes: ['ants', 'bees'] },
    });
    const report = await send(`${made.url}/files/report.html`);
    expect(await report.text()).toContain('<h1>insects');
    const figures = await json(await send(`${made.url}/files/report.json`));
    // Where the server keeps its jobs is nobody's business.
    expect(figures.data.path).toBe('pictures');
    expect((await openModelStore({ folder: home }).resolve('insects')).manifest.version).toBe(1);
  }, 120_000);

  it('takes a permitted folder by name, and no other', async () => {
    const ask = (folder: string) =>
      send('/v1/train', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'other', folder }),
      });
    for (const folder of ['../trashnet', '/etc', 'nothing', '']) {
      const response = await ask(folder);
      expect(response.status).toBe(400);
      expect((await json(response)).error.code).toBe('OPTION_INVALID');
    }
    const made = await json(await ask('val'));
    expect(made).toMatchObject({ kind: 'train' });
    await send(made.url, { method: 'DELETE' });
  }, 120_000);

  it('says what is missing before anything is uploaded', async () => {
    const zip = { 'content-type': 'application/zip' };
    const nameless = await send('/v1/train', { method: 'POST', headers: zip, body: 'x' });
    expect(nameless.status).toBe(400);
    expect(await nameless.text()).toContain('POST /v1/train?id=flowers');
    const picture = await send('/v1/train?id=a', {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: 'x',
    });
    expect(picture.status).toBe(415);
    const broken = await send('/v1/train?id=broken', { method: 'POST', headers: zip, body: 'no archive' });
    const job = await ended((await json(broken)).url);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'DATASET_INVALID' } });
  }, 120_000);

  const post = (path: string, body: object) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('carries a page from the upload to the second version and back, with every picture at hand', async () => {
    const about = await json(await send('/v1/train'));
    expect(about.backbones).toContainEqual(expect.objectContaining({ id: 'backbone', preferred: true }));
    expect(about.folders).toEqual(['train', 'val']);

    // Pictures are sent once: looked at, then trained on.
    const checking = await send('/v1/train/check?model=backbone', {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: await archive(),
    });
    const checked = await ended((await json(checking)).url);
    expect(checked).toMatchObject({
      kind: 'check',
      state: 'done',
      result: { pictures: 2 * EACH, classes: [{ label: 'ants' }, { label: 'bees' }] },
    });
    const { pictures } = await json(await send(`${checked.url}/pictures`));
    expect(pictures).toHaveLength(2 * EACH);
    const [first, second] = pictures;
    const small = await send(`${checked.url}/picture?name=${encodeURIComponent(first)}&size=64`);
    expect(small.headers.get('content-type')).toBe('image/jpeg');
    expect(Math.max(...(await imageSize(new Uint8Array(await small.arrayBuffer()))))).toBe(64);
    for (const name of ['../../job.json', '../pictures.zip', 'nothing.jpg', '']) {
      const refused = await send(`${checked.url}/picture?name=${encodeURIComponent(name)}`);
      expect([400, 404]).toContain(refused.status);
    }

    const trained = await ended(
      (await json(await post('/v1/train', { id: 'pages', model: 'backbone', job: checked.id }))).url,
    );
    expect(trained).toMatchObject({
      state: 'done',
      request: { action: 'train', options: { id: 'pages', model: 'backbone' } },
      result: { version: 1, served: true },
    });
    // The server answers with it at once, to those that name it.
    const served = await classify('pages', first);
    expect(served.status).toBe(200);
    expect(await json(served)).toMatchObject({ model: 'pages', unknown: expect.any(Boolean) });

    // Corrections make the second version.
    const corrected = await ended(
      (
        await json(
          await post('/v1/train', {
            id: 'pages',
            model: 'backbone',
            job: trained.id,
            exclude: [first],
            relabel: { [second]: 'bees' },
          }),
        )
      ).url,
    );
    expect(corrected).toMatchObject({ state: 'done', result: { version: 2 } });
    const report = await json(await send(`${corrected.url}/files/report.json`));
    expect(report.answers).toHaveLength(report.measures.n);
    const counts = report.data.classes.map((each: { train: number; test: number }) => each.train + each.test);
    expect(counts).toEqual([EACH - 2, EACH + 1]);
    expect(report.command).toContain(`--exclude ${first} --relabel ${second}=bees`);

    const listed = await json(await send('/v1/models/pages/versions'));
    expect(listed).toMatchObject({
      id: 'pages',
      served: 2,
      versions: [
        { version: 1, current: false },
        { version: 2, current: true },
      ],
    });
    const [, now] = listed.versions;
    const onnx = now.files.find(({ name }: { name: string }) => name === 'model.onnx');
    const model = await send(onnx.url);
    expect(model.headers.get('content-disposition')).toBe('attachment; filename="pages-2.onnx"');
    expect((await model.arrayBuffer()).byteLength).toBe(now.bytes);
    expect((await send('/v1/models/pages/versions/2/files/training.json')).status).toBe(404);

    const difference = await json(await send('/v1/models/pages/compare'));
    expect(difference).toMatchObject({ from: 1, to: 2 });
    expect(difference.pictures).toBeGreaterThan(0);
    const back = await json(await post('/v1/models/pages/rollback', { version: 1 }));
    expect(back).toEqual({ id: 'pages', version: 1, state: 'ready' });
    expect((await json(await send('/v1/models/pages/versions'))).served).toBe(1);
    // Nobody said how to pack here.
    expect((await send('/v1/models/pages/pack?platform=scf', { method: 'POST' })).status).toBe(501);
  }, 240_000);

  it('shows a fine-tuning epoch by epoch, and ends it early with the best so far', async () => {
    const made = await json(
      await send('/v1/train?id=early&model=backbone&epochs=1000&batchSize=8', {
        method: 'POST',
        headers: { 'content-type': 'application/zip' },
        body: await archive(),
      }),
    );
    let detail: { curve: { epoch: number }[]; confusion: { of: string; counts: number[][] } } | undefined;
    for (let tries = 0; tries < 1200 && (detail?.curve.length ?? 0) < 2; tries++) {
      const job = await json(await send(made.url));
      expect(['queued', 'running']).toContain(job.state);
      detail = job.progress?.detail;
      await sleep(100);
    }
    expect(detail).toMatchObject({
      data: { classes: [{ label: 'ants' }, { label: 'bees' }], findings: expect.any(Array) },
      plan: { epochs: 1000 },
      confusion: { of: 'validation', classes: ['ants', 'bees'] },
    });
    expect(detail?.curve[0]).toMatchObject({ epoch: 0 });
    const counted = detail?.confusion.counts.flat().reduce((sum, count) => sum + count, 0);
    expect(counted).toBeGreaterThan(0);
    expect((await send(`${made.url}/finish`, { method: 'POST' })).status).toBe(200);
    expect(await ended(made.url)).toMatchObject({ state: 'done', result: { model: 'early', version: 1 } });
  }, 240_000);

  it('adds pictures to a model, takes a class away, and says what it does not have', async () => {
    expect(await json(await send('/v1/models/nobody/versions'))).toMatchObject({
      error: { code: 'MODEL_UNKNOWN' },
    });
    const gone = await post('/v1/train', { id: 'a', job: 'f'.repeat(32) });
    expect(gone.status).toBe(404);
    const wrong = await post('/v1/train', { id: 'a', folder: 'val', exclude: 'no list' });
    expect(await json(wrong)).toMatchObject({ error: { code: 'OPTION_INVALID' } });
    const lonely = await post('/v1/train', { id: 'insects', removeClasses: ['ants'] });
    expect(await ended((await json(lonely)).url)).toMatchObject({
      state: 'failed',
      error: { code: 'DATASET_INVALID' },
    });
    const again = await send('/v1/train?id=insects&add=true', {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: await archive(),
    });
    expect(await ended((await json(again)).url)).toMatchObject({
      state: 'failed',
      error: { code: 'DATASET_INVALID', message: expect.stringContaining('new pictures') },
    });
  }, 240_000);
});
