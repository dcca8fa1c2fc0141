import { expect, test } from 'vitest';
import { PictorError } from '../../src/errors.ts';
import { createApp } from '../../src/server/app.ts';
import type { LoadedModel, ModelLoader } from '../../src/server/models/types.ts';
import { jsonOf, openApp, picture } from './support.ts';

const red = await picture('red');
const post = { method: 'POST', body: red };

interface Ready {
  readonly status: string;
  readonly models: Record<string, string>;
}

/** A loader whose one model arrives when the test says so. */
async function heldLoader(): Promise<{ readonly loader: ModelLoader; readonly arrive: () => void }> {
  const { app } = await openApp();
  const classifier = await app.recognizers.get('classify', 'colours');
  const { manifest } = await app.recognizers.session('colours');
  const model: LoadedModel = {
    id: 'colours',
    manifest,
    abilities: { classify: classifier },
    close: async () => {},
  };
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const loader: ModelLoader = {
    defaults: async () => ['colours'],
    async load(_, { onWarming }) {
      onWarming();
      await arrived;
      return model;
    },
    close: async () => {},
  };
  return { loader, arrive };
}

test('before its models are ready a server says so and when to come back', async () => {
  const { loader, arrive } = await heldLoader();
  await using app = createApp({ loader, models: ['colours'] });
  const send = (path: string, init?: RequestInit) =>
    app.fetch(new Request(`http://pictor.test${path}`, init));
  const started = app.start();
  const before = await send('/readyz');
  expect(before.status).toBe(503);
  expect(before.headers.get('retry-after')).toBe('1');
  expect(await jsonOf<Ready>(before)).toEqual({ status: 'starting', models: { colours: 'warming' } });
  const refused = await send('/image', post);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ error: { code: 'MODEL_NOT_READY' } });
  arrive();
  await started;
  expect((await send('/readyz')).status).toBe(200);
  expect((await send('/image', post)).status).toBe(200);
});

test('that a server is not ready yet is no error in its log', async () => {
  const { loader, arrive } = await heldLoader();
  const levels: string[] = [];
  const note = (level: string) => (_: unknown, message: string) => {
    if (message === 'request') levels.push(level);
  };
  const logger = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  await using app = createApp({ loader, models: ['colours'], logger });
  const started = app.start();
  expect((await app.fetch(new Request('http://pictor.test/readyz'))).status).toBe(503);
  expect(levels).toEqual(['debug']);
  arrive();
  await started;
});

test('a function waits for its models instead', async () => {
  const { loader, arrive } = await heldLoader();
  await using app = createApp({ loader, waitForModels: true });
  void app.start();
  const answer = app.fetch(new Request('http://pictor.test/image', post));
  setTimeout(arrive, 20);
  expect((await answer).status).toBe(200);
});

test('a model that fails is shown as failed, with its reason for operators only, and the others serve', async () => {
  const { loader, arrive } = await heldLoader();
  arrive();
  const broken = new PictorError('MODEL_HASH_MISMATCH', { received: '/secret/path/model.onnx' });
  await using app = createApp({
    models: ['broken', 'colours'],
    loader: {
      ...loader,
      load: (reference, options) =>
        reference === 'broken' ? Promise.reject(broken) : loader.load(reference, options),
    },
  });
  const send = (path: string, init?: RequestInit) =>
    app.fetch(new Request(`http://pictor.test${path}`, init));
  await expect(app.start()).rejects.toBe(broken);
  const ready = await send('/readyz');
  expect(ready.status).toBe(503);
  expect(await jsonOf<Ready>(ready)).toEqual({
    status: 'failed',
    models: { broken: 'failed', colours: 'ready' },
  });
  expect((await send('/image', post)).status).toBe(200);
  const asked = await send('/image?model=broken', post);
  expect(asked.status).toBe(500);
  expect(await asked.text()).not.toContain('/secret/path');
  expect(await (await send('/v1/admin/status')).text()).toContain('/secret/path');
});
