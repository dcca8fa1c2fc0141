import sharp from 'sharp';
import { expect, test } from 'vitest';
import { picture } from '../../support.ts';
import { cutOff, KEY, rejection, serveApp, servePicture } from '../support.ts';
import { imageClient, tagging } from './support.ts';

const red = (await picture('red')).toString('base64');

test('tags in Chinese, with both languages, kind and boxes; confidences are text', async () => {
  const { host } = await serveApp({ models: ['halves'] });
  const answer = await imageClient(host).runImageTagging(tagging({ image: red }));
  expect(answer).toMatchObject({ httpStatusCode: 200 });
  expect(answer.result).toEqual({
    tags: [
      {
        confidence: '90.00',
        type: 'object',
        tag: '人',
        i18n_tag: { zh: '人', en: 'person' },
        i18n_type: { zh: '物体', en: 'object' },
        instances: [
          { bounding_box: { width: 32, height: 48, top_left_x: 0, top_left_y: 0 }, confidence: '90.00' },
        ],
      },
      {
        confidence: '80.00',
        type: 'object',
        tag: '狗',
        i18n_tag: { zh: '狗', en: 'dog' },
        i18n_type: { zh: '物体', en: 'object' },
        instances: [
          { bounding_box: { width: 32, height: 48, top_left_x: 32, top_left_y: 0 }, confidence: '80.00' },
        ],
      },
    ],
  });
});

test('language, threshold and limit', async () => {
  const { host } = await serveApp({ models: ['halves'] });
  const tags = async (options: object) => {
    const { result } = await imageClient(host).runImageTagging(tagging({ image: red, ...options }));
    return result?.tags?.map(({ tag }) => tag);
  };
  expect(await tags({ language: 'en' })).toEqual(['person', 'dog']);
  expect(await tags({ threshold: 85 })).toEqual(['人']);
  expect(await tags({ threshold: 95 })).toEqual([]);
  expect(await tags({ limit: 1, language: 'en' })).toEqual(['person']);
});

test('a classifier has no boxes, and what is below 60 is left out unless asked for', async () => {
  const { host } = await serveApp();
  const ask = (body: object) => imageClient(host).runImageTagging(tagging(body));
  const { result } = await ask({ image: red });
  expect(result?.tags).toMatchObject([{ tag: '红', instances: [] }]);
  const all = await ask({ image: red, threshold: 0 });
  expect(all.result?.tags).toHaveLength(3);
});

test('the other two tagging operations', async () => {
  const { host } = await serveApp({ models: ['halves'] });
  const media = await imageClient(host).runImageMediaTagging(tagging({ image: red }));
  expect(media.result?.tags).toMatchObject([{ tag: '人', i18n_type: { zh: '物体' } }, { tag: '狗' }]);
  const boxes = await imageClient(host).runImageMediaTaggingDet(tagging({ image: red, limit: 1 }));
  expect(boxes.result?.tags).toHaveLength(1);
  expect(boxes.result?.tags?.[0]).not.toHaveProperty('i18n_type');
});

test('takes a picture by address', async () => {
  const { url, urls } = await servePicture(await picture('blue'));
  const { host } = await serveApp({ urls });
  const { result } = await imageClient(host).runImageTagging(tagging({ url }));
  expect(result?.tags).toMatchObject([{ tag: '蓝' }]);
});

test('an endpoint that ends in a slash', async () => {
  const { host } = await serveApp();
  const { result } = await imageClient(`${host}/`).runImageTagging(tagging({ image: red }));
  expect(result?.tags).toMatchObject([{ tag: '红' }]);
});

async function failureOf(body: object, settings: Parameters<typeof imageClient>[1] = {}) {
  const { host } = await serveApp();
  return rejection(imageClient(host, settings).runImageTagging(tagging(body)));
}

test('the client gets status, code, message and request id', async () => {
  expect(await failureOf({ image: red }, { sk: 'another-secret' })).toMatchObject({
    httpStatusCode: 401,
    errorCode: 'APIGW.0301',
    errorMsg: expect.stringContaining('a signature that does not fit the request'),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('an unknown key', async () => {
  const error = await failureOf({ image: red }, { ak: 'stranger' });
  expect(error).toMatchObject({ httpStatusCode: 401, errorCode: 'APIGW.0301' });
});

test.each([
  ['no picture', {}, 'AIS.0011'],
  ['an oversized picture', { image: 'A'.repeat(10 * 1024 * 1024 + 4) }, 'AIS.0020'],
  ['a corrupt picture', { image: (await cutOff()).toString('base64') }, 'AIS.0105'],
  ['text that is not base64', { image: '<html>' }, 'AIS.0015'],
  ['bytes that are no picture', { image: 'AAAA' }, 'AIS.0102'],
  ['a format that the vendor does not take', { image: (await gif()).toString('base64') }, 'AIS.0102'],
  [
    'a side that is too long',
    { image: (await picture('red', { width: 10_001, height: 2, format: 'png' })).toString('base64') },
    'AIS.0103',
  ],
  ['an unknown language', { image: red, language: 'fr' }, 'AIS.0012'],
  ['a limit out of range', { image: red, limit: 151 }, 'AIS.0012'],
  ['a threshold out of range', { image: red, threshold: 101 }, 'AIS.0012'],
  ['an address while they are off', { url: 'http://example.com/a.jpg' }, 'AIS.0012'],
])('%s', async (_, body, errorCode) => {
  expect(await failureOf(body)).toMatchObject({ httpStatusCode: 400, errorCode });
});

test('a client without project', async () => {
  const error = await failureOf({ image: red }, { projectId: 'no/project' });
  expect(error).toMatchObject({ httpStatusCode: 400, errorCode: 'AIS.0011' });
});

test.each([
  ['a quarter of an hour is within the window', 898, undefined],
  ['a date of the past is refused', 902, 401],
  ['so is one of the future', -902, 401],
])('%s', async (_, seconds, status) => {
  const { host } = await serveApp({ clock: () => Date.now() + seconds * 1000 });
  const call = imageClient(host).runImageTagging(tagging({ image: red }));
  if (status === undefined) expect(await call).toHaveProperty('result');
  else expect(await rejection(call)).toMatchObject({ httpStatusCode: status, errorCode: 'APIGW.0301' });
});

test('throttling: the rate of the key, with the gateway’s code', async () => {
  const now = Date.now();
  const { host } = await serveApp({ keys: { keys: [{ ...KEY, ratePerSecond: 1 }] }, clock: () => now });
  const ask = () => imageClient(host).runImageTagging(tagging({ image: red }));
  expect(await ask()).toHaveProperty('result');
  expect(await rejection(ask())).toMatchObject({ httpStatusCode: 429, errorCode: 'APIG.0308' });
});

test('a key that may not infer', async () => {
  const { host } = await serveApp({ keys: { keys: [{ ...KEY, scopes: ['metrics'] }] } });
  const error = await rejection(imageClient(host).runImageTagging(tagging({ image: red })));
  expect(error).toMatchObject({ httpStatusCode: 403, errorCode: 'AIS.0004' });
});

test('operations without counterpart', async () => {
  const { host } = await serveApp();
  const call = imageClient(host).runCelebrityRecognition(tagging({ image: red }));
  expect(await rejection(call)).toMatchObject({ httpStatusCode: 404, errorCode: 'APIG.0101' });
});

test('a body beyond every limit', async () => {
  const error = await failureOf({ image: 'A'.repeat(12 * 1024 * 1024) });
  expect(error).toMatchObject({ httpStatusCode: 400, errorCode: 'AIS.0020' });
});

test('requests without signature, with a token, of another method, with a broken body', async () => {
  const path = '/v2/project1/image/tagging';
  const { send } = await serveApp();
  const open = await serveApp({ auth: 'off' });
  const codeOf = async (response: Response) => [response.status, await response.json()];
  expect(await codeOf(await send(path, { method: 'POST', body: '{}' }))).toMatchObject([
    401,
    { error_code: 'APIGW.0301' },
  ]);
  const headers = { 'x-auth-token': 'MIIF' };
  expect(await codeOf(await send(path, { method: 'POST', headers, body: '{}' }))).toMatchObject([
    401,
    { error_code: 'APIGW.0301', error_msg: expect.stringContaining('a token') },
  ]);
  expect(await codeOf(await open.send(path))).toMatchObject([400, { error_code: 'AIS.0013' }]);
  expect(await codeOf(await open.send(path, { method: 'POST', body: '{' }))).toMatchObject([
    400,
    { error_code: 'AIS.0014' },
  ]);
  expect(
    await codeOf(await open.send('/v2/%7Bproject_id%7D/image/tagging', { method: 'POST' })),
  ).toMatchObject([400, { error_code: 'AIS.0011' }]);
});

async function gif(): Promise<Buffer> {
  return sharp(Buffer.from(red, 'base64')).gif().toBuffer();
}
