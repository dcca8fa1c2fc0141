import sharp from 'sharp';
import { expect, test } from 'vitest';
import { jsonOf, picture } from '../../support.ts';
import { cutOff, intercepted, KEY, rejection, serveApp, servePicture } from '../support.ts';
import { commonClient, imsClient } from './support.ts';

const red = (await picture('red')).toString('base64');
const corrupt = (await cutOff()).toString('base64');
const huge = Buffer.alloc(3 * 1024 * 1024 + 3).toString('base64');

async function failureOf(
  parameters: object,
  { action = 'DetectLabelPro', ...settings }: Parameters<typeof commonClient>[1] & { action?: string } = {},
) {
  const { host } = await serveApp();
  return rejection(commonClient(host, settings).request(action, parameters));
}

test('the client gets code, message and request id', async () => {
  const error = await failureOf({ ImageBase64: red }, { secretKey: 'another-secret' });
  expect(error).toMatchObject({
    code: 'AuthFailure.SignatureFailure',
    message: expect.stringContaining('a signature that does not fit the request'),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test.each([
  ['an unknown key', { secretId: 'AKIDstranger' }, 'AuthFailure.SecretIdNotFound'],
  [
    'an older signature that is wrong',
    { secretKey: 'x', signMethod: 'HmacSHA1' },
    'AuthFailure.SignatureFailure',
  ],
  ['a version that is not served', { version: '2018-01-01' }, 'NoSuchVersion'],
  ['an action that does not exist', { action: 'DetectEverything' }, 'InvalidAction'],
  ['an action without counterpart', { action: 'DetectPet' }, 'UnsupportedOperation'],
] as const)('%s', async (_, settings, code) => {
  expect(await failureOf({ ImageBase64: red }, settings)).toMatchObject({ code });
});

test.each([
  ['no picture', {}, 'MissingParameter.ErrorParameterEmpty'],
  ['an oversized picture', { ImageBase64: huge }, 'LimitExceeded.TooLargeFileError'],
  ['a corrupt picture', { ImageBase64: corrupt }, 'FailedOperation.ImageDecodeFailed'],
  ['text that is not base64', { ImageBase64: '<html>' }, 'FailedOperation.ImageDecodeFailed'],
  ['bytes that are no picture', { ImageBase64: 'AAAA' }, 'FailedOperation.ImageNotSupported'],
  [
    'an unknown scene',
    { ImageBase64: red, Scenes: ['SEA'] },
    'InvalidParameterValue.InvalidParameterValueLimit',
  ],
  ['an address while they are off', { ImageUrl: 'http://example.com/a.jpg' }, 'UnsupportedOperation'],
] as const)('%s', async (_, parameters, code) => {
  expect(await failureOf(parameters, { action: 'DetectLabel' })).toMatchObject({ code });
});

test('a format that the vendor does not take', async () => {
  const webp = (await sharp(Buffer.from(red, 'base64')).webp().toBuffer()).toString('base64');
  expect(await failureOf({ ImageBase64: webp })).toMatchObject({ code: 'FailedOperation.ImageNotSupported' });
});

test('a body beyond every limit', async () => {
  const error = await failureOf({ ImageBase64: 'A'.repeat(17 * 1024 * 1024) });
  expect(error).toMatchObject({ code: 'RequestSizeLimitExceeded' });
});

test('an address that may not or cannot be fetched', async () => {
  const { url, urls } = await servePicture(Buffer.from('no picture'));
  const { host } = await serveApp({ urls });
  const ask = (address: string) =>
    rejection(commonClient(host).request('DetectLabelPro', { ImageUrl: address }));
  expect(await ask('http://10.0.0.1/a.jpg')).toMatchObject({ code: 'InvalidParameterValue.UrlIllegal' });
  expect(await ask('file:///etc/hosts')).toMatchObject({ code: 'InvalidParameterValue.UrlIllegal' });
  expect(await ask(url)).toMatchObject({ code: 'FailedOperation.ImageNotSupported' });
  const { port } = new URL(url);
  const closed = await serveApp({ urls: { ports: [1, Number(port)], allow: () => true } });
  const failed = commonClient(closed.host).request('DetectLabelPro', {
    ImageUrl: 'http://127.0.0.1:1/a.jpg',
  });
  expect(await rejection(failed)).toMatchObject({ code: 'FailedOperation.ImageDownloadError' });
});

test.each([
  ['five minutes are within the window', 299, undefined],
  ['a time stamp of the past is refused', 302, 'AuthFailure.SignatureExpire'],
  ['so is one of the future', -302, 'AuthFailure.SignatureExpire'],
])('%s', async (_, seconds, code) => {
  for (const signMethod of ['TC3-HMAC-SHA256', 'HmacSHA256'] as const) {
    const { host } = await serveApp({ clock: () => Date.now() + seconds * 1000 });
    const call = commonClient(host, { signMethod }).request('DetectLabelPro', { ImageBase64: red });
    if (code === undefined) expect(await call).toHaveProperty('Labels');
    else expect(await rejection(call)).toMatchObject({ code });
  }
});

test('a request without signature', async () => {
  const { host } = await serveApp();
  const call = commonClient(host).request('DetectLabelPro', { ImageBase64: red }, { skipSign: true });
  expect(await rejection(call)).toMatchObject({ code: 'AuthFailure.InvalidAuthorization' });
});

test('throttling: the rate of the key, with the vendor’s code', async () => {
  const now = Date.now();
  const { host } = await serveApp({ keys: { keys: [{ ...KEY, ratePerSecond: 1 }] }, clock: () => now });
  const ask = () => commonClient(host).request('DetectLabelPro', { ImageBase64: red });
  expect(await ask()).toHaveProperty('Labels');
  expect(await rejection(ask())).toMatchObject({ code: 'RequestLimitExceeded' });
});

test('a key that may not infer', async () => {
  const { host } = await serveApp({ keys: { keys: [{ ...KEY, scopes: ['metrics'] }] } });
  const call = commonClient(host).request('DetectLabelPro', { ImageBase64: red });
  expect(await rejection(call)).toMatchObject({ code: 'UnauthorizedOperation' });
});

test('a key of which only the hash is stored cannot verify, and looks like one that is not known', async () => {
  const { host } = await serveApp({ keys: { keys: [{ id: KEY.id, sha256: '0'.repeat(64) }] } });
  const call = commonClient(host).request('DetectLabelPro', { ImageBase64: red });
  expect(await rejection(call)).toMatchObject({ code: 'AuthFailure.SecretIdNotFound' });
});

test('nothing served for a task is an unsupported operation', async () => {
  const { host } = await serveApp({ models: ['colours'] });
  const product = commonClient(host).request('DetectProduct', { ImageBase64: red });
  expect(await rejection(product)).toMatchObject({ code: 'UnsupportedOperation' });
  const moderation = imsClient(host).ImageModeration({ FileContent: red });
  expect(await rejection(moderation)).toMatchObject({ code: 'UnsupportedOperation' });
});

test('every failure is status 200 in the vendor’s envelope', async () => {
  const { send } = await serveApp();
  const headers = { 'x-tc-action': 'DetectLabel', 'content-type': 'application/json' };
  const response = await send('/', { method: 'POST', headers, body: '{' });
  expect(response.status).toBe(200);
  expect(await jsonOf(response)).toEqual({
    Response: {
      Error: { Code: 'AuthFailure.InvalidAuthorization', Message: expect.any(String) },
      RequestId: response.headers.get('x-request-id'),
    },
  });
});

test('a body that is not JSON', async () => {
  const { send } = await serveApp({ auth: 'off' });
  const headers = {
    'x-tc-action': 'DetectLabel',
    'x-tc-version': '2019-05-29',
    'content-type': 'application/json',
  };
  for (const body of ['{', '[]', 'null', '"text"']) {
    const answer = await jsonOf(await send('/', { method: 'POST', headers, body }));
    expect(answer).toMatchObject({ Response: { Error: { Code: 'InvalidParameter' } } });
  }
});

test('a fault of the server tells nothing of its inside', async () => {
  let broken = false;
  const { host } = await serveApp({
    wrap: (session) =>
      intercepted(session, (bytes, options) =>
        broken ? Promise.reject(new Error('/secret/path')) : session.infer(bytes, options),
      ),
  });
  broken = true;
  const error = await rejection(commonClient(host).request('DetectLabelPro', { ImageBase64: red }));
  expect(error).toMatchObject({ code: 'InternalError', message: 'Something went wrong inside Pictor.' });
});
