import { expect, test } from 'vitest';
import { picture } from '../../support.ts';
import { serveApp, servePicture } from '../support.ts';
import { commonClient } from './support.ts';

const red = (await picture('red')).toString('base64');
const RED = { Name: '红', Confidence: 100, FirstCategory: '其他', SecondCategory: '其他' };

test('DetectLabelPro: Chinese names, whole percentages, two categories', async () => {
  const { host } = await serveApp({ models: ['halves'] });
  const answer = await commonClient(host).request('DetectLabelPro', { ImageBase64: red });
  expect(answer).toEqual({
    Labels: [
      { Name: '人', Confidence: 90, FirstCategory: '人物', SecondCategory: '人物' },
      { Name: '狗', Confidence: 80, FirstCategory: '动物', SecondCategory: '哺乳动物' },
    ],
    RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('DetectLabelBeta is DetectLabelPro', async () => {
  const { host } = await serveApp();
  const { Labels } = await commonClient(host).request('DetectLabelBeta', { ImageBase64: red });
  expect(Labels).toEqual([RED]);
});

test('DetectLabel without scenes answers for WEB', async () => {
  const { host } = await serveApp();
  const answer = await commonClient(host).request('DetectLabel', { ImageBase64: red, Scenes: null });
  expect(answer).toEqual({
    Labels: [RED],
    CameraLabels: null,
    AlbumLabels: null,
    NewsLabels: null,
    RequestId: expect.any(String),
  });
});

test('DetectLabel answers for each scene asked for; news labels have no categories', async () => {
  const { host } = await serveApp();
  const answer = await commonClient(host).request('DetectLabel', {
    ImageBase64: red,
    Scenes: ['CAMERA', 'ALBUM', 'NEWS'],
  });
  expect(answer).toMatchObject({
    Labels: null,
    CameraLabels: [RED],
    AlbumLabels: [RED],
    NewsLabels: [{ ...RED, FirstCategory: '', SecondCategory: '' }],
  });
});

test('DetectProduct: names, parents and boxes in pixels of the original', async () => {
  const { host } = await serveApp();
  const { Products } = await commonClient(host).request('DetectProduct', { ImageBase64: red });
  expect(Products).toEqual([
    { Name: '人', Parents: '人物-人物', Confidence: 90, XMin: 0, YMin: 0, XMax: 32, YMax: 48 },
    { Name: '狗', Parents: '动物-哺乳动物', Confidence: 80, XMin: 32, YMin: 0, XMax: 64, YMax: 48 },
  ]);
});

test('takes a picture by address, which wins over the one sent along', async () => {
  const { url, urls } = await servePicture(await picture('blue'));
  const { host } = await serveApp({ urls });
  const { Labels } = await commonClient(host).request('DetectLabelPro', { ImageUrl: url, ImageBase64: red });
  expect(Labels).toMatchObject([{ Name: '蓝' }]);
});

test('a GET request has its list of scenes in the address', async () => {
  const { host } = await serveApp();
  const { url, urls } = await servePicture(await picture('blue'));
  const withUrls = await serveApp({ urls });
  const client = (to: string) => commonClient(to, { reqMethod: 'GET' });
  const answer = await client(withUrls.host).request('DetectLabel', {
    ImageUrl: url,
    Scenes: ['WEB', 'NEWS'],
  });
  expect(answer).toMatchObject({ Labels: [{ Name: '蓝' }], NewsLabels: [{ Name: '蓝' }], AlbumLabels: null });
  const small = await client(host).request('DetectLabelPro', { ImageBase64: red });
  expect(small.Labels).toEqual([RED]);
});

test.each(['HmacSHA1', 'HmacSHA256'] as const)('takes the older signature %s', async (signMethod) => {
  const { host } = await serveApp();
  for (const reqMethod of ['POST', 'GET'] as const) {
    const client = commonClient(host, { signMethod, reqMethod });
    const answer = await client.request('DetectLabel', { ImageBase64: red, Scenes: ['WEB', 'ALBUM'] });
    expect(answer).toMatchObject({ Labels: [RED], AlbumLabels: [RED], NewsLabels: null });
  }
});

test('without keys nothing is asked for', async () => {
  const { host } = await serveApp({ auth: 'off' });
  const client = commonClient(host, { secretId: 'anyone', secretKey: 'whatever' });
  expect((await client.request('DetectLabelPro', { ImageBase64: red })).Labels).toEqual([RED]);
});
