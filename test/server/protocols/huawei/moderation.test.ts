import { expect, test } from 'vitest';
import { picture } from '../../support.ts';
import { cutOff, KEY, rejection, serveApp, servePicture } from '../support.ts';
import { moderate } from './support.ts';

const [red, cyan, tiny] = (
  await Promise.all([picture('red'), picture('cyan'), picture('red', { width: 19, height: 40 })])
).map((bytes) => bytes.toString('base64'));

test('a picture that is blocked', async () => {
  const { host } = await serveApp();
  const answer = await moderate(host, { event_type: 'album', categories: ['porn'], image: red });
  expect(answer.request_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.result).toEqual({
    suggestion: 'block',
    category: 'porn',
    details: [{ suggestion: 'block', category: 'porn', label: 'Porn', confidence: expect.any(Number) }],
  });
});

test('a picture that passes', async () => {
  const { host } = await serveApp();
  const answer = await moderate(host, { categories: ['porn'], image: cyan });
  expect(answer.result).toEqual({ suggestion: 'pass', details: [] });
});

test('takes a picture by address, and the name of a policy for the categories', async () => {
  const { url, urls } = await servePicture(await picture('red'));
  const { host } = await serveApp({ urls });
  const answer = await moderate(host, { biz_type: 'my-policy', url });
  expect(answer.result.suggestion).toBe('block');
});

test.each([
  ['no categories', { image: red }, 'AIS.0011'],
  ['a category without counterpart', { image: red, categories: ['porn', 'terrorism'] }, 'AIS.0012'],
  ['a category that does not exist', { image: red, categories: ['cats'] }, 'AIS.0012'],
  ['no picture', { categories: ['porn'] }, 'AIS.0011'],
  ['sides that are too small', { image: tiny, categories: ['porn'] }, 'AIS.0504'],
  ['an oversized picture', { image: 'A'.repeat(10 * 1024 * 1024 + 4), categories: ['porn'] }, 'AIS.0504'],
  ['a corrupt picture', { image: (await cutOff()).toString('base64'), categories: ['porn'] }, 'AIS.0105'],
])('%s', async (_, body, errorCode) => {
  const { host } = await serveApp();
  expect(await rejection(moderate(host, body))).toMatchObject({ httpStatusCode: 400, errorCode });
});

test('keys, clock and rate hold here too', async () => {
  const body = { categories: ['porn'], image: red };
  const now = Date.now();
  const limited = await serveApp({ keys: { keys: [{ ...KEY, ratePerSecond: 1 }] }, clock: () => now });
  await moderate(limited.host, body);
  expect(await rejection(moderate(limited.host, body))).toMatchObject({ errorCode: 'APIG.0308' });
  const late = await serveApp({ clock: () => now + 3_600_000 });
  expect(await rejection(moderate(late.host, body))).toMatchObject({ errorCode: 'APIGW.0301' });
  const { host } = await serveApp();
  expect(await rejection(moderate(host, body, { sk: 'another' }))).toMatchObject({ errorCode: 'APIGW.0301' });
});

test('nothing served for moderation', async () => {
  const { host } = await serveApp({ models: ['colours'] });
  const error = await rejection(moderate(host, { categories: ['porn'], image: red }));
  expect(error).toMatchObject({ httpStatusCode: 400, errorCode: 'AIS.0007' });
});
