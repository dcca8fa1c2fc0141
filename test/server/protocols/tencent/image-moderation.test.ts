import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { picture } from '../../support.ts';
import { cutOff, KEY, rejection, serveApp, servePicture } from '../support.ts';
import { imsClient, imsClient2020 } from './support.ts';

const SIZE = { width: 80, height: 60 };
const [red, cyan] = await Promise.all([picture('red', SIZE), picture('cyan', SIZE)]);

test('a picture that is blocked, in the shape of 2020-12-29', async () => {
  const { host } = await serveApp();
  const answer = await imsClient(host).ImageModeration({
    BizType: 'avatars',
    DataId: 'user-1@a#b_c',
    FileContent: red.toString('base64'),
    Device: { Ip: '127.0.0.1' },
  });
  const verdict = { Suggestion: 'Block', Label: 'Porn', SubLabel: 'Porn', Score: 100 };
  expect(answer).toEqual({
    ...verdict,
    LabelResults: [
      { Scene: 'Porn', ...verdict, Details: expect.arrayContaining([{ Id: 3, Name: 'Porn', Score: 100 }]) },
    ],
    ObjectResults: null,
    OcrResults: null,
    LibResults: null,
    RecognitionResults: [],
    DataId: 'user-1@a#b_c',
    BizType: 'avatars',
    Extra: '',
    FileMD5: createHash('md5').update(red).digest('hex'),
    RequestId: expect.any(String),
  });
});

test('a picture that passes', async () => {
  const { host } = await serveApp();
  const answer = await imsClient(host).ImageModeration({ FileContent: cyan.toString('base64') });
  expect(answer).toMatchObject({
    Suggestion: 'Pass',
    Label: 'Normal',
    SubLabel: '',
    DataId: '',
    BizType: '',
  });
  expect(answer.Score).toBeGreaterThan(90);
});

test('version 2020-07-13 has a flag and no checksum', async () => {
  const { host } = await serveApp();
  const ask = (bytes: Buffer) =>
    imsClient2020(host).ImageModeration({ FileContent: bytes.toString('base64') });
  expect(await ask(red)).toMatchObject({ HitFlag: 1, Suggestion: 'Block' });
  const passed = await ask(cyan);
  expect(passed).toMatchObject({ HitFlag: 0, Suggestion: 'Pass' });
  expect(passed).not.toHaveProperty('FileMD5');
});

test('takes a picture by address', async () => {
  const { url, urls } = await servePicture(red);
  const { host } = await serveApp({ urls });
  expect(await imsClient(host).ImageModeration({ FileUrl: url })).toMatchObject({ Suggestion: 'Block' });
});

const sized = async (width: number, height: number) =>
  (await picture('red', { width, height, format: 'png' })).toString('base64');

test.each([
  ['no picture', {}, 'InvalidParameterValue.InvalidContent'],
  [
    'an oversized picture',
    { FileContent: 'A'.repeat(10 * 1024 * 1024 + 4) },
    'InvalidParameterValue.InvalidFileContentSize',
  ],
  [
    'a corrupt picture',
    { FileContent: (await cutOff()).toString('base64') },
    'InvalidParameterValue.InvalidImageContent',
  ],
  ['fewer than 16 bytes', { FileContent: 'AAAA' }, 'InvalidParameterValue.InvalidImageContent'],
  [
    'sides that are too small',
    { FileContent: await sized(60, 40) },
    'InvalidParameterValue.ImageSizeTooSmall',
  ],
  [
    'sides that are too large',
    { FileContent: await sized(10_100, 200) },
    'InvalidParameterValue.InvalidImageContent',
  ],
  [
    'a ratio beyond 90 to 1',
    { FileContent: await sized(5000, 50) },
    'InvalidParameterValue.InvalidImageContent',
  ],
  [
    'a wrong data id',
    { FileContent: await sized(60, 60), DataId: 'a b' },
    'InvalidParameterValue.InvalidDataId',
  ],
  [
    'pictures made by machines',
    { FileContent: await sized(60, 60), Type: 'IMAGE_AIGC' },
    'UnsupportedOperation',
  ],
  ['an address while they are off', { FileUrl: 'http://example.com/a.jpg' }, 'UnsupportedOperation'],
] as const)('%s', async (_, parameters, code) => {
  const { host } = await serveApp();
  expect(await rejection(imsClient(host).ImageModeration(parameters))).toMatchObject({ code });
});

test('an oversized picture of version 2020-07-13', async () => {
  const { host } = await serveApp();
  const noise = Buffer.concat([red, Buffer.alloc(5 * 1024 * 1024)]).toString('base64');
  const call = imsClient2020(host).ImageModeration({ FileContent: noise });
  expect(await rejection(call)).toMatchObject({ code: 'InvalidParameterValue.InvalidFileContentSize' });
});

test('frames of a GIF beyond the first are not passed over in silence', async () => {
  const { host } = await serveApp();
  const gif = (await sharp(red).gif().toBuffer()).toString('base64');
  const ask = (Interval: number, MaxFrames: number) =>
    imsClient(host).ImageModeration({ FileContent: gif, Interval, MaxFrames });
  expect(await ask(0, 5)).toMatchObject({ Suggestion: 'Block' });
  expect(await rejection(ask(1, 5))).toMatchObject({ code: 'UnsupportedOperation' });
});

test.each([
  ['2020-12-29', imsClient],
  ['2020-07-13', imsClient2020],
] as const)('version %s: keys, clock and rate hold here too', async (_, clientOf) => {
  const now = Date.now();
  const one = { FileContent: red.toString('base64') };
  const { host } = await serveApp();
  const stranger = clientOf(host, { secretKey: 'another-secret' }).ImageModeration(one);
  expect(await rejection(stranger)).toMatchObject({ code: 'AuthFailure.SignatureFailure' });
  const late = await serveApp({ clock: () => now + 3_600_000 });
  const expired = clientOf(late.host).ImageModeration(one);
  expect(await rejection(expired)).toMatchObject({ code: 'AuthFailure.SignatureExpire' });
  const limited = await serveApp({ keys: { keys: [{ ...KEY, ratePerSecond: 1 }] }, clock: () => now });
  await clientOf(limited.host).ImageModeration(one);
  const second = clientOf(limited.host).ImageModeration(one);
  expect(await rejection(second)).toMatchObject({ code: 'RequestLimitExceeded' });
});
