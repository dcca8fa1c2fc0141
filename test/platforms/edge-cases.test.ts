import { describe, expect, it } from 'vitest';
import * as azure from '../../src/platforms/azure/runtime/index.ts';
import * as lambda from '../../src/platforms/lambda/runtime/index.ts';
import * as scf from '../../src/platforms/scf/runtime/index.ts';
import type { FetchApp } from '../../src/platforms/shared/runtime/types.ts';
import * as recorded from './recorded.ts';

/** Answers with what it was asked. */
const echo: FetchApp = {
  fetch: async (request) =>
    Response.json({
      method: request.method,
      path: new URL(request.url).pathname,
      bytes: (await request.arrayBuffer()).byteLength,
    }),
};

describe('bodies', () => {
  it('says so when a gateway turned bytes into text', async () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]);
    const handler = lambda.createHandler(echo);
    const result = await handler({
      ...recorded.LAMBDA_REST,
      headers: null,
      multiValueHeaders: { 'content-type': ['image/png'] },
      body: png.toString('utf8'),
    });
    expect(result.statusCode).toBe(400);
    expect(JSON.parse(result.body)).toMatchObject({
      error: { code: 'BODY_INVALID', message: expect.stringContaining('base64') },
    });
  });

  it('takes bytes that a function URL wrote as one character each', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00]);
    const request = scf.toRequest({
      ...recorded.SCF_URL,
      headers: { 'content-type': 'image/png' },
      body: bytes.toString('latin1'),
    });
    expect(Buffer.from(await request.arrayBuffer())).toEqual(bytes);
  });

  it('takes a body that was parsed already', async () => {
    const request = scf.toRequest({ ...recorded.SCF_URL, body: { picture: 'aGk=' } });
    expect(await request.json()).toEqual({ picture: 'aGk=' });
  });

  it('drops the body of a GET', async () => {
    const request = scf.toRequest({ ...recorded.SCF_URL, httpMethod: 'GET' });
    expect(request.body).toBeNull();
  });
});

describe('paths', () => {
  it.each([
    ['/dev/image', 'dev', '/image'],
    ['/dev', 'dev', '/'],
    ['/device', 'dev', '/device'],
    ['/image', '$default', '/image'],
  ])('%s at stage %s is %s', (rawPath, stage, path) => {
    const requestContext = { ...recorded.LAMBDA_HTTP.requestContext, stage };
    const request = lambda.toRequest({ ...recorded.LAMBDA_HTTP, rawPath, requestContext });
    expect(new URL(request.url).pathname).toBe(path);
  });

  it('takes a base path off', async () => {
    const handler = scf.createHandler(echo, { basePath: '/vision/' });
    const result = await handler({ ...recorded.SCF_URL, path: '/vision/image' });
    expect(JSON.parse(result.body)).toMatchObject({ path: '/image' });
  });

  it('cannot be led to another host by a path or a Host header', () => {
    const request = scf.toRequest({
      ...recorded.SCF_URL,
      path: '//evil.example/image',
      headers: { host: 'evil.example/x?' },
    });
    expect(new URL(request.url).host).toBe('localhost');
    expect(new URL(request.url).pathname).toBe('//evil.example/image');
  });
});

describe('headers', () => {
  it('survive names and values that no header can have', () => {
    const request = scf.toRequest({
      ...recorded.SCF_URL,
      headers: { 'bad name': 'x', 'x-line': 'a\r\nb: c', 'x-zh': '图片', 'x-ok': 'yes', 'x-none': undefined },
    });
    expect(request.headers.get('x-ok')).toBe('yes');
    expect(request.headers.get('x-line')).toBeNull();
    expect(Buffer.from(request.headers.get('x-zh') ?? '', 'latin1').toString('utf8')).toBe('图片');
  });
});

describe('cookies of an answer', () => {
  const app: FetchApp = {
    fetch: () => {
      const headers = new Headers();
      headers.append('set-cookie', 'a=1; Path=/; HttpOnly');
      headers.append('set-cookie', 'b=2; Max-Age=60; Secure; SameSite=Strict');
      return new Response('ok', { headers });
    },
  };
  const both = ['a=1; Path=/; HttpOnly', 'b=2; Max-Age=60; Secure; SameSite=Strict'];

  it('go where each trigger looks for them', async () => {
    const handler = lambda.createHandler(app);
    expect((await handler(recorded.LAMBDA_HTTP)).cookies).toEqual(both);
    expect((await handler(recorded.LAMBDA_REST)).multiValueHeaders).toEqual({ 'set-cookie': both });
    const alb = await handler(recorded.LAMBDA_ALB);
    expect(alb.statusDescription).toBe('200 OK');
    const named = Object.entries(alb.headers ?? {}).filter(([name]) => name.toLowerCase() === 'set-cookie');
    expect(named.map(([, value]) => value)).toEqual(both);
    expect((await scf.createHandler(app)(recorded.SCF_URL)).headers).toMatchObject({ 'set-cookie': both });
  });

  it('are taken apart for Azure', async () => {
    const result = await azure.toResult(await app.fetch(new Request('http://localhost/')));
    expect(result.cookies).toEqual([
      { name: 'a', value: '1', path: '/', httpOnly: true },
      { name: 'b', value: '2', maxAge: 60, secure: true, sameSite: 'Strict' },
    ]);
  });
});

describe('calls that are no HTTP', () => {
  it.each([
    ['an upload to a bucket', { Records: [{ cos: {} }] }],
    ['nothing', {}],
    ['null', null],
    ['a string', 'hello'],
  ])('%s is answered, not thrown', async (_, event) => {
    const errors: string[] = [];
    const onError = ({ code }: { code: string }) => errors.push(code);
    const result = await scf.createHandler(echo, { onError })(event as never, { request_id: 'r-1' });
    expect(result.statusCode).toBe(400);
    expect(JSON.parse(result.body)).toMatchObject({ error: { code: 'BODY_INVALID', requestId: 'r-1' } });
    expect(errors).toEqual(['BODY_INVALID']);
    const other = await lambda.createHandler(echo)(event as never);
    expect(other.statusCode).toBe(400);
  });

  it('answers when the application throws', async () => {
    const broken: FetchApp = { fetch: () => Promise.reject(new Error('/secret/path is gone')) };
    const result = await scf.createHandler(broken)(recorded.SCF_URL);
    expect(result.statusCode).toBe(500);
    expect(result.body).not.toContain('secret');
  });
});
