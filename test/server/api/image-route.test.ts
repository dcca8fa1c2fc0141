import { expect, test } from 'vitest';
import { createApp } from '../../../src/server/app.ts';
import { jsonOf, openApp, picture } from '../support.ts';

interface Answer {
  readonly prediction: Record<string, number>;
}

const red = await picture('red');

test('the tutorial’s request gets the tutorial’s answer: names to percentages, descending', async () => {
  const { send } = await openApp();
  const body = JSON.stringify({ picture: red.toString('base64') });
  const response = await send('/image', { method: 'POST', body });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  const answer = await jsonOf<Answer>(response);
  expect(Object.keys(answer)).toEqual(['prediction']);
  expect(Object.keys(answer.prediction)[0]).toBe('red');
  const values = Object.values(answer.prediction);
  expect(values).toHaveLength(3);
  expect(values[0]).toBeGreaterThan(99);
  expect(values).toEqual([...values].sort((a, b) => b - a));
});

test.each([
  ['raw bytes', 'image/jpeg', red],
  ['octets', 'application/octet-stream', red],
  ['base64 text', 'text/plain', red.toString('base64')],
  ['a data URL', 'text/plain', `data:image/jpeg;base64,${red.toString('base64')}`],
  ['a form as curl -d sends it', 'application/x-www-form-urlencoded', `picture=${red.toString('base64')}`],
])('takes the picture as %s', async (_, type, body) => {
  const { send } = await openApp();
  const response = await send('/image?top=1', { method: 'POST', headers: { 'content-type': type }, body });
  expect(await response.json()).toEqual({ prediction: { red: expect.any(Number) } });
});

test('takes the picture as multipart, with options beside it', async () => {
  const { send } = await openApp();
  const body = new FormData();
  body.set('picture', new Blob([red]), 'red.jpg');
  body.set('top', '2');
  const response = await send('/image', { method: 'POST', body });
  expect(Object.keys((await jsonOf<Answer>(response)).prediction)).toHaveLength(2);
});

test('a detector named as the model answers with its tags', async () => {
  const { send } = await openApp();
  const body = JSON.stringify({ picture: red.toString('base64'), model: 'halves' });
  const response = await send('/image', { method: 'POST', body });
  expect(await response.json()).toEqual({ prediction: { person: 90, dog: 80 } });
  expect(response.headers.get('x-pictor-model')).toBe('halves');
  expect(response.headers.has('x-pictor-unknown')).toBe(false);
});

test('without a classifier the best five names answer, however low their scores', async () => {
  await using app = createApp({ models: ['centernet'] });
  await app.start();
  const response = await app.fetch(
    new Request('http://pictor.test/image', { method: 'POST', body: new Uint8Array(red) }),
  );
  const { prediction } = await jsonOf<Answer>(response);
  expect(Object.keys(prediction)).toHaveLength(5);
  expect(Math.max(...Object.values(prediction))).toBeLessThan(30);
  expect(response.headers.get('x-pictor-model')).toBe('centernet');
});
