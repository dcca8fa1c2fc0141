import {
  DetectFacesCommand,
  DetectLabelsCommand,
  DetectModerationLabelsCommand,
  ImageTooLargeException,
  InvalidImageFormatException,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { jsonOf, picture } from '../../support.ts';
import { cutOff, intercepted, KEY, rejection, serveApp } from '../support.ts';
import { rekognition } from './support.ts';

const red = await picture('red', { width: 160, height: 120 });
const labels = (Bytes: Uint8Array = red) => new DetectLabelsCommand({ Image: { Bytes } });

async function failureOf(
  command: DetectLabelsCommand = labels(),
  settings: Parameters<typeof rekognition>[1] = {},
) {
  const { host } = await serveApp();
  return rejection(rekognition(host, settings).send(command));
}

test('the client throws its own exception, with status, message and request id', async () => {
  const error = await failureOf(labels(Buffer.from('no picture at all')));
  expect(error).toBeInstanceOf(InvalidImageFormatException);
  expect(error).toMatchObject({
    message: expect.stringContaining('The picture has no supported format'),
    $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});

test.each([
  ['a wrong secret', { secretAccessKey: 'another-secret' }, 'InvalidSignatureException'],
  ['an unknown key', { accessKeyId: 'AKIDstranger' }, 'UnrecognizedClientException'],
  ['a session token', { sessionToken: 'token' }, 'UnrecognizedClientException'],
])('%s', async (_, settings, name) => {
  expect(await failureOf(labels(), settings)).toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

test.each([
  ['five minutes are within the window', 299, undefined],
  ['a signature of the past is refused', 302, 'InvalidSignatureException'],
  ['so is one of the future', -302, 'InvalidSignatureException'],
])('%s', async (_, seconds, name) => {
  const { host } = await serveApp({ clock: () => Date.now() + seconds * 1000 });
  const call = rekognition(host).send(labels());
  if (name === undefined) expect(await call).toHaveProperty('Labels');
  else expect(await rejection(call)).toMatchObject({ name });
});

test('a client whose clock is wrong corrects it by the answer and tries again', async () => {
  const { host } = await serveApp({ clock: () => Date.now() + 60 * 60 * 1000 });
  expect(await rejection(rekognition(host).send(labels()))).toMatchObject({
    name: 'InvalidSignatureException',
  });
  expect(await rekognition(host, { maxAttempts: 2 }).send(labels())).toHaveProperty('Labels');
});

const noise = { width: 2400, height: 1600, channels: 3, background: 'white' } as const;
const large = await sharp({ create: { ...noise, noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
  .png({ compressionLevel: 0 })
  .toBuffer();

test('an oversized picture', async () => {
  expect(large.byteLength).toBeGreaterThan(5 * 1024 * 1024);
  expect(await failureOf(labels(large.subarray(0, 5 * 1024 * 1024 + 1)))).toBeInstanceOf(
    ImageTooLargeException,
  );
  expect(await failureOf(labels(Buffer.alloc(9 * 1024 * 1024)))).toBeInstanceOf(ImageTooLargeException);
});

test.each([
  ['a corrupt picture', await cutOff(), 'InvalidImageFormatException'],
  [
    'a format that the vendor does not take',
    await sharp(red).webp().toBuffer(),
    'InvalidImageFormatException',
  ],
  ['a side that is too short', await picture('red', { width: 79, height: 120 }), 'InvalidParameterException'],
  [
    'a side that is too long',
    await picture('red', { width: 10_001, height: 80, format: 'png' }),
    'ImageTooLargeException',
  ],
  ['an empty picture', Buffer.alloc(0), 'InvalidParameterException'],
])('%s', async (_, bytes, name) => {
  expect(await failureOf(labels(bytes))).toMatchObject({ name });
});

test('a picture by address is an object in S3, which there is none of', async () => {
  const S3Object = { Bucket: 'bucket', Name: 'picture.jpg' };
  const error = await failureOf(new DetectLabelsCommand({ Image: { S3Object } }));
  expect(error).toMatchObject({ name: 'InvalidS3ObjectException' });
  const nothing = await failureOf(new DetectLabelsCommand({ Image: undefined }));
  expect(nothing).toMatchObject({ name: 'InvalidParameterException' });
});

test('throttling: the rate of the key, with the vendor’s exception', async () => {
  const now = Date.now();
  const { host } = await serveApp({ keys: { keys: [{ ...KEY, ratePerSecond: 1 }] }, clock: () => now });
  const client = rekognition(host);
  expect(await client.send(labels())).toHaveProperty('Labels');
  expect(await rejection(client.send(labels()))).toBeInstanceOf(ProvisionedThroughputExceededException);
});

test('a key that may not infer', async () => {
  const { host } = await serveApp({ keys: { keys: [{ ...KEY, scopes: ['metrics'] }] } });
  expect(await rejection(rekognition(host).send(labels()))).toMatchObject({ name: 'AccessDeniedException' });
});

test('a key of which only the hash is stored looks like one that is not known', async () => {
  const { host } = await serveApp({ keys: { keys: [{ id: KEY.id, sha256: '0'.repeat(64) }] } });
  expect(await rejection(rekognition(host).send(labels()))).toMatchObject({
    name: 'UnrecognizedClientException',
  });
});

test('operations without counterpart, and those that no served model can answer', async () => {
  const { host } = await serveApp({ models: ['colours'] });
  const client = rekognition(host);
  const faces = client.send(new DetectFacesCommand({ Image: { Bytes: red } }));
  expect(await rejection(faces)).toMatchObject({ name: 'UnknownOperationException' });
  const moderation = client.send(new DetectModerationLabelsCommand({ Image: { Bytes: red } }));
  expect(await rejection(moderation)).toMatchObject({ name: 'UnknownOperationException' });
});

test('a request without a signature, and with another one', async () => {
  const { send } = await serveApp();
  const target = { 'x-amz-target': 'RekognitionService.DetectLabels' };
  const typeOf = async (headers: Record<string, string>) => {
    const response = await send('/', { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(response.headers.get('x-amzn-requestid')).toBe(response.headers.get('x-request-id'));
    return (await jsonOf<{ __type: string }>(response)).__type;
  };
  expect(await typeOf(target)).toBe('MissingAuthenticationTokenException');
  expect(await typeOf({ ...target, authorization: 'Bearer x' })).toBe('IncompleteSignatureException');
});

test('a body that is not JSON, and a picture that is not base64', async () => {
  const { send } = await serveApp({ auth: 'off' });
  const headers = { 'x-amz-target': 'RekognitionService.DetectLabels' };
  for (const body of ['{', '[]', 'null', '{"Image":{"Bytes":"<html>"}}']) {
    const answer = await jsonOf(await send('/', { method: 'POST', headers, body }));
    expect(answer).toMatchObject({ __type: 'SerializationException', message: expect.any(String) });
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
  expect(await rejection(rekognition(host).send(labels()))).toMatchObject({
    name: 'InternalServerError',
    message: 'Something went wrong inside Pictor.',
  });
});
