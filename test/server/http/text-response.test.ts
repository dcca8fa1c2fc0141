import { expect, test } from 'vitest';
import { jsonResponse, knownAnswer, setKnownHeaders } from '../../../src/server/http/text-response.ts';

test('an answer of text is a Response like any other', async () => {
  const make = () => jsonResponse({ a: 'é' }, { status: 404, headers: { 'retry-after': '1' } });
  const response = make();
  expect(response).toBeInstanceOf(Response);
  expect([response.status, response.ok, response.bodyUsed]).toEqual([404, false, false]);
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'application/json',
    'retry-after': '1',
  });
  expect(await response.clone().text()).toBe('{"a":"é"}');
  expect(await response.json()).toEqual({ a: 'é' });
  expect(response.bodyUsed).toBe(true);
  await expect(response.text()).rejects.toThrow(TypeError);
  const wrapped = new Response(make().body, make());
  expect([wrapped.status, wrapped.headers.get('retry-after')]).toEqual([404, '1']);
  expect(Buffer.from(await wrapped.arrayBuffer()).toString()).toBe('{"a":"é"}');
});

test('what was set on its headers is sent, by either way', () => {
  const plain = jsonResponse(1);
  expect(setKnownHeaders(plain, { 'x-a': '1' })).toBe(true);
  expect(plain.headers.get('x-a')).toBe('1');
  const seen = jsonResponse(1);
  seen.headers.set('x-b', '2');
  expect(setKnownHeaders(seen, { 'x-a': '1' })).toBe(false);
  expect(knownAnswer(seen)).toMatchObject({ status: 200, content: '1', headers: { 'x-b': '2' } });
  expect(knownAnswer(new Response('1'))).toBeUndefined();
});
