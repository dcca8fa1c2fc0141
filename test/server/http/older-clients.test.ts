import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { dataPath, describeWithData } from '../../support/data.ts';
import { jsonOf, openApp, openServer, picture } from '../support.ts';

const red = await picture('red');

const send = (encoding: string, body: Uint8Array, type = 'image/jpeg') => ({
  method: 'POST',
  headers: { 'content-encoding': encoding, 'content-type': type },
  body: Buffer.from(body),
});

describeWithData('a body in gzip', () => {
  test('gz.bin', async () => {
    const app = await openApp();
    const response = await app.send(
      '/v1/classify',
      send('gzip', await readFile(dataPath('faults', 'gz.bin'))),
    );
    expect(response.status).toBe(200);
    expect(await jsonOf(response)).toMatchObject({ picture: { width: 161, height: 119 } });
  });
});

describe('a body that was compressed', () => {
  test.each([
    ['gzip', gzipSync(red)],
    ['x-gzip', gzipSync(red)],
    ['GZIP', gzipSync(red)],
    ['deflate', deflateSync(red)],
    ['deflate', deflateRawSync(red)],
    ['br', brotliCompressSync(red)],
    ['identity', red],
    ['', red],
  ])('in %s is inflated', async (encoding, body) => {
    const app = await openApp();
    const response = await app.send('/v1/classify', send(encoding, body));
    expect(await response.text()).toMatch(/"red"/);
    expect(response.status).toBe(200);
  });

  test('JSON and forms too', async () => {
    const app = await openApp();
    const json = gzipSync(JSON.stringify({ picture: red.toString('base64') }));
    expect((await app.send('/v1/classify', send('gzip', json, 'application/json'))).status).toBe(200);
  });

  test('in an encoding that is not supported is answered with those that are', async () => {
    const app = await openApp();
    for (const encoding of ['zstd', 'compress', 'gzip, gzip']) {
      const response = await app.send('/v1/classify', send(encoding, red));
      expect(response.status).toBe(415);
      expect(response.headers.get('accept-encoding')).toBe('gzip, deflate, br');
      expect(await jsonOf(response)).toMatchObject({ error: { code: 'CONTENT_ENCODING_UNSUPPORTED' } });
    }
  });

  test('that unpacks beyond the bound ends there', async () => {
    const app = await openApp({ limits: { maxBodyBytes: 1_000_000 } });
    const response = await app.send('/v1/classify', send('gzip', gzipSync(Buffer.alloc(200_000_000))));
    expect(response.status).toBe(413);
    expect(await jsonOf(response)).toMatchObject({ error: { code: 'BODY_TOO_LARGE' } });
  });

  test.each([
    ['is none', red],
    ['stops early', gzipSync(red).subarray(0, 100)],
    ['is damaged', Buffer.concat([gzipSync(red).subarray(0, 60), Buffer.alloc(60, 0xff)])],
  ])('%s: 400', async (_, body) => {
    const app = await openApp();
    const response = await app.send('/v1/classify', send('gzip', body));
    expect(response.status).toBe(400);
    expect(await jsonOf(response)).toMatchObject({ error: { code: 'BODY_INVALID' } });
  });
});

/** The whole answer to bytes on a connection of their own. */
async function answerTo(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(request);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

describe('HTTP/1.0', () => {
  test.each([{}, { allowedHosts: [] }])('without a Host header is answered, with %j', async (options) => {
    const { listener } = await openServer(options);
    expect(await answerTo(listener.port, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
    const body = red.toString('latin1');
    const head = `POST /v1/classify HTTP/1.0\r\nContent-Type: image/jpeg\r\nContent-Length: ${red.length}\r\n\r\n`;
    const socket = connect(listener.port, '127.0.0.1');
    socket.write(Buffer.from(head + body, 'latin1'));
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*"red"/s);
  });

  test('HTTP/1.1 still needs one, and it must be of this machine', async () => {
    const { listener } = await openServer({ allowedHosts: [] });
    expect(await answerTo(listener.port, 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    const foreign = 'GET /v1/models HTTP/1.0\r\nHost: evil.example\r\n\r\n';
    expect(await answerTo(listener.port, foreign)).toMatch(/^HTTP\/1\.1 403 /);
  });
});
