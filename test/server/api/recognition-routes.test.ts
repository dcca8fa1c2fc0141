import sharp from 'sharp';
import { expect, test } from 'vitest';
import { jsonOf, openApp, picture } from '../support.ts';

const red = await picture('red');
const post = { method: 'POST', body: red };

test('classify gives labels in two languages, scores and timings', async () => {
  const { send } = await openApp();
  const response = await send('/v1/classify?top=2&lang=zh', post);
  expect(await response.json()).toEqual({
    model: 'colours',
    picture: { format: 'jpeg', width: 64, height: 48, bytes: red.length },
    predictions: [
      { name: '红', label: 'red', zh: '红', index: 0, score: expect.any(Number) },
      {
        name: expect.any(String),
        label: expect.any(String),
        zh: expect.any(String),
        index: expect.any(Number),
        score: expect.any(Number),
      },
    ],
    timings: { queue: expect.any(Number), decode: expect.any(Number), inference: expect.any(Number) },
  });
});

test('minScore and top bound the predictions', async () => {
  const { send } = await openApp();
  const counted = async (query: string) => {
    const answer = await jsonOf<{ predictions: unknown[] }>(await send(`/v1/classify${query}`, post));
    return answer.predictions.length;
  };
  expect(await counted('?minScore=0.5')).toBe(1);
  expect(await counted('?top=1000')).toBe(3);
});

test('detect gives boxes in pixels of the picture, filtered by name', async () => {
  const { send } = await openApp();
  const response = await send('/v1/detect?exclude=dog', post);
  const { detections } = await jsonOf<{ detections: unknown[] }>(response);
  expect(detections).toEqual([
    expect.objectContaining({ label: 'person', score: 0.9, box: { x: 0, y: 0, width: 32, height: 48 } }),
  ]);
});

test.each([
  ['image/*', 'jpeg'],
  ['image/png', 'png'],
  ['application/json;q=0.5, image/webp', 'webp'],
])('detect draws into the picture where the client accepts %s', async (accept, format) => {
  const { send } = await openApp();
  const response = await send('/v1/detect', { ...post, headers: { accept } });
  expect(response.headers.get('content-type')).toBe(`image/${format}`);
  const drawn = await sharp(await response.arrayBuffer()).metadata();
  expect(drawn).toMatchObject({ format, width: 64, height: 48 });
  const original = await sharp(red).stats();
  const changed = await sharp(
    await (await send('/v1/detect', { ...post, headers: { accept } })).arrayBuffer(),
  ).stats();
  expect(changed.entropy).toBeGreaterThan(original.entropy);
});

test('tag gives categories, parents and instances', async () => {
  const { send } = await openApp();
  const response = await send('/v1/tag?model=halves', post);
  const { tags } = await jsonOf<{ tags: unknown[] }>(response);
  expect(tags).toHaveLength(2);
  expect(tags[1]).toMatchObject({
    label: 'dog',
    zh: '狗',
    category: { zh: '动物' },
    instances: [{ box: { x: 32 } }],
  });
});

test('moderate gives a verdict', async () => {
  const { send } = await openApp();
  const verdictOf = async (body: Buffer) =>
    (await jsonOf<{ verdict: string }>(await send('/v1/moderate', { method: 'POST', body }))).verdict;
  expect(await verdictOf(red)).toBe('block');
  expect(await verdictOf(await picture('green'))).toBe('pass');
});

test('embed gives the features of the classifier, of length 1 on request', async () => {
  const { send } = await openApp();
  const { vector } = await jsonOf<{ vector: number[] }>(await send('/v1/embed?normalize=true', post));
  expect(vector).toHaveLength(3);
  expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
});

test('models lists what is served and what it is the default for', async () => {
  const { send } = await openApp();
  const { models } = await jsonOf<{ models: unknown[] }>(await send('/v1/models'));
  expect(models).toEqual([
    {
      id: 'colours',
      task: 'classify',
      licence: 'Apache-2.0',
      state: 'ready',
      defaultFor: ['classify', 'tag', 'embed'],
      bytes: 301,
    },
    {
      id: 'halves',
      task: 'detect',
      licence: 'Apache-2.0',
      state: 'ready',
      defaultFor: ['detect'],
      bytes: 528,
    },
    {
      id: 'safety',
      task: 'moderate',
      licence: 'Apache-2.0',
      state: 'ready',
      defaultFor: ['moderate'],
      bytes: expect.any(Number),
    },
  ]);
});

test('a model that is named never falls back to another one', async () => {
  const { send } = await openApp();
  const response = await send('/v1/detect?model=colours', post);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'MODEL_TASK_MISMATCH' } });
});

test('without a classifier, names come from a detector; classes do not, and the answer says what there is', async () => {
  const { send } = await openApp({ models: ['halves'] });
  expect((await send('/image', post)).status).toBe(200);
  expect((await send('/v1/tag', post)).status).toBe(200);
  const refused = await send('/v1/classify', post);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    error: {
      code: 'MODEL_TASK_MISMATCH',
      message: expect.stringContaining('halves, which can detect, tag'),
    },
  });
});
