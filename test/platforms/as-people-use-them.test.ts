/**
 * Events that no gateway of the fixtures makes: written by hand, by timers, by plugins, by older runtimes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PictorError } from '../../src/errors.ts';
import * as fc from '../../src/platforms/fc/runtime/index.ts';
import * as functiongraph from '../../src/platforms/functiongraph/runtime/index.ts';
import * as lambda from '../../src/platforms/lambda/runtime/index.ts';
import * as scf from '../../src/platforms/scf/runtime/index.ts';
import type { FetchApp } from '../../src/platforms/shared/runtime/types.ts';
import { createApp } from '../../src/server/app.ts';
import { digest, noisePicture, witnessApp } from './app.ts';

const PLATFORMS = { scf, lambda, fc, functiongraph } as const;
type Call = (
  event: unknown,
  context?: object,
) => Promise<{ statusCode: number; body: string; headers?: object }>;
const NAMES = ['scf', 'lambda', 'fc', 'functiongraph'] as const;

let picture: Buffer;
let witness: Awaited<ReturnType<typeof witnessApp>>;
beforeAll(async () => {
  picture = await noisePicture();
  witness = await witnessApp();
});
afterAll(() => witness.app.close());

function handlerOf(
  name: (typeof NAMES)[number],
  app: FetchApp = witness.app,
  onError?: (error: PictorError, requestId: string) => void,
): Call {
  return PLATFORMS[name].createHandler(app, { onError }) as unknown as Call;
}

/** An HTTP event in the platform's form. */
function eventOf(
  name: (typeof NAMES)[number],
  fields: Record<string, unknown> = {},
): Record<string, unknown> {
  const { method = 'POST', path = '/image', ...rest } = fields;
  const json = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ picture: picture.toString('base64') });
  return name === 'fc'
    ? { version: 'v1', rawPath: path, requestContext: { http: { method } }, headers: json, body, ...rest }
    : { httpMethod: method, path, headers: json, body, requestContext: {}, ...rest };
}

const best = () => ({ prediction: { [digest(picture)]: 100 } });

describe.each(NAMES)('%s', (name) => {
  it.each([
    ['{"picture": …} invoked directly', () => ({ picture: picture.toString('base64') })],
    ['a path with a slash behind it', () => eventOf(name, { path: '/image/' })],
    [
      'a header in two cases',
      () => {
        const headers = {
          'Content-Type': 'application/json',
          'content-type': 'application/json; charset=utf-8',
        };
        return eventOf(name, { headers });
      },
    ],
    [
      'a base64 flag as text',
      () => {
        const { body } = eventOf(name);
        return eventOf(name, { body: Buffer.from(String(body)).toString('base64'), isBase64Encoded: 'true' });
      },
    ],
    ['a base64 flag as text that says no', () => eventOf(name, { isBase64Encoded: 'false' })],
    ['the event as a Buffer', () => Buffer.from(JSON.stringify(eventOf(name)))],
    ['the event as text', () => JSON.stringify(eventOf(name))],
    [
      'a body that is a Buffer',
      () => eventOf(name, { body: picture, headers: { 'content-type': 'image/png' } }),
    ],
    [
      'a boundary of one character',
      () => {
        const head =
          '--a\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
        const body = Buffer.concat([Buffer.from(head), picture, Buffer.from('\r\n--a--\r\n')]);
        const headers = { 'content-type': 'multipart/form-data; boundary=a' };
        return eventOf(name, { body: body.toString('base64'), isBase64Encoded: true, headers });
      },
    ],
  ])('%s is a picture', async (_, event) => {
    const { statusCode, body } = await handlerOf(name)(event());
    expect(JSON.parse(body)).toEqual(best());
    expect(statusCode).toBe(200);
  });

  it.each([
    ['a numeric path', { path: 123 }],
    ['a path that is an object', { path: {} }],
    ['a numeric method', { method: 7 }],
    ['headers as text', { headers: 'Content-Type: text/plain' }],
    ['headers as a list', { headers: [['content-type', 'image/png']] }],
    [
      'a query as text',
      { queryString: 'a=b', queryStringParameters: 'a=b', queryParameters: '?a=b', path: '/healthz' },
    ],
    [
      'a query of lists and objects',
      { queryString: { a: [1], b: {} }, queryStringParameters: { a: [1], b: {} } },
    ],
    ['cookies as text', { cookies: 'a=b' }],
    ['a numeric body', { body: 7 }],
  ])('%s gets an answer of its own', async (_, fields) => {
    const { statusCode, body } = await handlerOf(name)(eventOf(name, fields));
    expect(statusCode).toBeLessThan(500);
    expect(JSON.parse(body)).toBeTypeOf('object');
  });

  it.each([
    [
      'Tencent’s timer',
      { Type: 'Timer', TriggerName: 'every-minute', Time: '2026-12-01T00:00:00Z', Message: '' },
    ],
    [
      'Amazon’s schedule',
      { version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} },
    ],
    ['Alibaba’s timer', { triggerTime: '2026-12-01T00:00:00Z', triggerName: 'warm', payload: '' }],
    ['Huawei’s timer', { version: 'v2.0', time: '2026-12-01', trigger_type: 'TIMER', trigger_name: 'warm' }],
    ['serverless-plugin-warmup', { source: 'serverless-plugin-warmup' }],
    ['lambda-warmer', { warmer: true, concurrency: 3 }],
    ['a flag', { warmup: 1 }],
    ['a word', 'warm-up'],
  ])('%s is a quiet success once the models are ready', async (_, event) => {
    const errors: string[] = [];
    const order: string[] = [];
    const app: FetchApp = {
      fetch: () => Promise.reject(new Error('nothing is asked')),
      start: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push('ready');
      },
    };
    const { statusCode, body } = await handlerOf(name, app, ({ code }) => errors.push(code))(event);
    order.push('answered');
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toEqual({ status: 'ready' });
    expect(order).toEqual(['ready', 'answered']);
    expect(errors).toEqual([]);
  });

  it('a warm-up says so when the model cannot be loaded', async () => {
    const app: FetchApp = {
      fetch: () => Promise.reject(new Error('nothing is asked')),
      start: () => Promise.reject(new PictorError('MODEL_STORE_FAILED')),
    };
    const { statusCode } = await handlerOf(name, app)({ source: 'serverless-plugin-warmup' });
    expect(statusCode).toBe(500);
  });

  it('one id: the platform’s, in answer, error and listener', async () => {
    const context = {
      request_id: 'id-7',
      awsRequestId: 'id-7',
      requestId: 'id-7',
      getRequestID: () => 'id-7',
    };
    const heard: string[] = [];
    const call = handlerOf(name, witness.app, (_, requestId) => heard.push(requestId));
    expect((await call(eventOf(name), context)).headers).toMatchObject({ 'x-request-id': 'id-7' });
    const refused = await call({ nothing: 'known' }, context);
    expect(refused.headers).toMatchObject({ 'x-request-id': 'id-7' });
    expect(JSON.parse(refused.body)).toMatchObject({ error: { requestId: 'id-7' } });
    expect(heard).toEqual(['id-7']);
    const own = eventOf(name, { headers: { 'content-type': 'application/json', 'X-Request-Id': 'mine' } });
    expect((await call(own, context)).headers).toMatchObject({ 'x-request-id': 'mine' });
  });

  it('a runtime that knows no bound says -1', async () => {
    const context = { getRemainingTimeInMillis: () => -1, getRemainingTimeInMilliSeconds: () => -1 };
    expect((await handlerOf(name)(eventOf(name), context)).statusCode).toBe(200);
  });
});

describe('a base path that no stage explains', () => {
  it.each([
    ['/v1', '/v1/image', 200],
    ['v1/', '/v1/image/', 200],
    ['/v1', '/image', 200],
    // In its place already, although it begins like the prefix.
    ['/v1', '/v1/models', 200],
    ['/v1', '/v1/v1/models', 200],
    ['/v1', '/v1', 200],
    ['/v1', '/v11/image', 404],
    ['/a/b', '/a/b/healthz', 200],
    [undefined, '/v1/image', 404],
  ])('%s: %s is answered with %i', async (basePath, path, status) => {
    const loader = {
      defaults: async () => [],
      load: () => Promise.reject(new Error('none')),
      close: async () => {},
    };
    const app = createApp({ loader, basePath });
    await app.start();
    const method = path.includes('image') ? 'OPTIONS' : 'GET';
    const answer = await app.fetch(new Request(`http://localhost${path}`, { method }));
    // A method that a known address does not have is refused by name.
    expect(answer.status).toBe(method === 'OPTIONS' && status === 200 ? 405 : status);
    await app.close();
  });
});
