import { Agent, request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { PictorError } from '../../src/errors.ts';
import { createGate, jsonOf, openApp, openServer, picture } from './support.ts';

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

test('what requests hold in memory is bounded together', async () => {
  const gate = createGate();
  const { send } = await openApp({ wrap: gate.wrap, limits: { maxBufferedBytes: 2 * red.length + 1 } });
  const first = send('/image', post);
  await gate.reached(1);
  const second = await send('/image', post);
  expect((await jsonOf<Failure>(second)).error.code).toBe('OVERLOADED');
  expect(second.headers.get('retry-after')).toBe('1');
  gate.release();
  expect((await first).status).toBe(200);
  expect((await send('/image', post)).status).toBe(200);
});

test('a request that alone needs more memory than all may hold is not asked to come again', async () => {
  const { send } = await openApp({ limits: { maxBufferedBytes: red.length - 1 } });
  const response = await send('/image', post);
  expect(response.status).toBe(413);
  expect((await jsonOf<Failure>(response)).error.code).toBe('BODY_TOO_LARGE');
});

test('text that is parsed counts twice, and what is decoded of it once more', async () => {
  const body = JSON.stringify({ picture: red.toString('base64') });
  const needed = 2 * body.length + red.length;
  const json = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  const { send } = await openApp({ limits: { maxBufferedBytes: needed + 8 } });
  expect((await send('/image', json)).status).toBe(200);
  const { send: refused } = await openApp({ limits: { maxBufferedBytes: needed - 8 } });
  expect((await refused('/image', json)).status).toBe(413);
});

test('an answer that comes too late is a 504 and cancels the work', async () => {
  const gate = createGate();
  const { send } = await openApp({ wrap: gate.wrap, limits: { deadlineMs: 100 } });
  const response = await send('/image', post);
  expect(response.status).toBe(504);
  expect((await jsonOf<Failure>(response)).error.code).toBe('DEADLINE_EXCEEDED');
  expect(gate.held[0]?.signal?.aborted).toBe(true);
});

/** Says that every line is too long, for the time being. */
function createFlood() {
  const asked: unknown[] = [];
  let high = true;
  return {
    asked,
    check(options: unknown): void {
      asked.push(options);
      if (high) throw new PictorError('OVERLOADED', { retryAfter: 7 });
    },
    ebb(): void {
      high = false;
    },
  };
}

test('a picture that would come too late is refused before it is read', async () => {
  const flood = createFlood();
  const { send } = await openApp({ check: flood.check, limits: { deadlineMs: 5000 } });
  let pulled = 0;
  const pull = () => {
    pulled += 1;
  };
  const body = new ReadableStream({ pull }, { highWaterMark: 0 });
  const refused = await send('/v1/classify', { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('7');
  expect((await jsonOf<Failure>(refused)).error.code).toBe('OVERLOADED');
  expect(pulled).toBe(0);
  expect(flood.asked).toEqual([{ client: 'anonymous', deadlineMs: expect.any(Number) }]);
  flood.ebb();
  expect((await send('/v1/classify', post)).status).toBe(200);
});

test('a connection whose picture was refused unread goes on to serve', async () => {
  const flood = createFlood();
  const { listener } = await openServer({ check: flood.check });
  const agent = new Agent({ connections: 1 });
  onTestFinished(() => agent.close());
  const upload = async (body: Uint8Array) => {
    const response = await request(new URL('/v1/classify', listener.url), {
      method: 'POST',
      dispatcher: agent,
      body,
    });
    await response.body.dump();
    return response.statusCode;
  };
  const large = new Uint8Array(400_000);
  expect([await upload(large), await upload(large)]).toEqual([503, 503]);
  flood.ebb();
  expect(await upload(red)).toBe(200);
});
