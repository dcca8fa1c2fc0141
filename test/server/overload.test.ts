import { expect, test } from 'vitest';
import { createGate, jsonOf, openApp, picture } from './support.ts';

const red = await picture('red');
const post = { method: 'POST', body: red };

interface Failure {
  readonly error: { readonly code: string };
}

test('what is too much is refused at once with Retry-After, and health never waits behind work', async () => {
  const gate = createGate();
  const { send } = await openApp({ wrap: gate.wrap, limits: { maxInFlight: 2, retryAfterSeconds: 3 } });
  const accepted = [send('/image', post), send('/v1/detect', post)];
  await gate.reached(2);
  const refused = await send('/image', post);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('3');
  expect((await jsonOf<Failure>(refused)).error.code).toBe('OVERLOADED');
  expect((await send('/healthz')).status).toBe(200);
  expect((await send('/readyz')).status).toBe(200);
  gate.release();
  expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await send('/image', post)).status).toBe(200);
});

test('bodies in memory are bounded together', async () => {
  const { send } = await openApp({ limits: { maxBufferedBytes: red.length - 1 } });
  const response = await send('/image', post);
  expect((await jsonOf<Failure>(response)).error.code).toBe('OVERLOADED');
  expect(response.headers.get('retry-after')).toBe('1');
});

test('an answer that comes too late is a 504 and cancels the work', async () => {
  const gate = createGate();
  const { send } = await openApp({ wrap: gate.wrap, limits: { deadlineMs: 100 } });
  const response = await send('/image', post);
  expect(response.status).toBe(504);
  expect((await jsonOf<Failure>(response)).error.code).toBe('DEADLINE_EXCEEDED');
  expect(gate.held[0]?.signal?.aborted).toBe(true);
});
