import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
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
});
