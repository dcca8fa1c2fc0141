import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createEngine } from '../../../src/engine/engine.ts';
import { jsonOf, openApp, picture } from '../support.ts';

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly requestId: string };
}

const red = await picture('red');
const base64 = red.toString('base64');
const noise = await sharp(Buffer.from(Array.from({ length: 200 * 150 * 3 }, (_, i) => (i * 7919) % 256)), {
  raw: { width: 200, height: 150, channels: 3 },
})
  .jpeg()
  .toBuffer();

/** A PNG of a few hundred kilobytes that would unpack to 2.7 GB. */
function pngBomb(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(1_000_000), { level: 9 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

function crc32(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const json = (value: unknown) => ({ body: JSON.stringify(value), type: 'application/json' });
const raw = (body: Uint8Array, type = 'image/jpeg') => ({ body, type });

/** Two files in a form that was written by hand, as a client without a library does it. */
function twoFiles(): { body: Buffer; type: string } {
  const part = (name: string) =>
    Buffer.concat([
      Buffer.from(`--x\r\nContent-Disposition: form-data; name="${name}"; filename="a.jpg"\r\n\r\n`),
      red,
      Buffer.from('\r\n'),
    ]);
  const body = Buffer.concat([part('picture'), part('second'), Buffer.from('--x--\r\n')]);
  return { body, type: 'multipart/form-data; boundary=x' };
}

const cases: readonly {
  readonly name: string;
  readonly sent: { readonly body: NonNullable<RequestInit['body']>; readonly type: string };
  readonly query?: string;
  readonly status: number;
  readonly code: string;
}[] = [
  { name: 'no picture', sent: json({ top: 3 }), status: 400, code: 'IMAGE_MISSING' },
  { name: 'a null picture', sent: json({ picture: null }), status: 400, code: 'IMAGE_MISSING' },
  {
    name: 'two pictures in JSON',
    sent: json({ picture: base64, image: base64 }),
    status: 400,
    code: 'IMAGE_AMBIGUOUS',
  },
  {
    name: 'a list of pictures',
    sent: json({ picture: [base64, base64] }),
    status: 400,
    code: 'IMAGE_AMBIGUOUS',
  },
  { name: 'two files', sent: twoFiles(), status: 400, code: 'IMAGE_AMBIGUOUS' },
  { name: 'an empty body', sent: raw(Buffer.alloc(0)), status: 400, code: 'IMAGE_MISSING' },
  { name: 'an empty picture', sent: json({ picture: '' }), status: 400, code: 'IMAGE_EMPTY' },
  {
    name: 'what is not base64',
    sent: json({ picture: '*** not base64 ***' }),
    status: 400,
    code: 'IMAGE_BASE64_INVALID',
  },
  {
    name: 'base64 text that is none',
    sent: { body: '<html>', type: 'text/plain' },
    status: 400,
    code: 'IMAGE_BASE64_INVALID',
  },
  { name: 'a picture that is a number', sent: json({ picture: 7 }), status: 400, code: 'BODY_INVALID' },
  {
    name: 'broken JSON',
    sent: { body: '{"picture": ', type: 'application/json' },
    status: 400,
    code: 'BODY_INVALID',
  },
  { name: 'JSON that is a list', sent: json([base64]), status: 400, code: 'BODY_INVALID' },
  {
    name: 'multipart without its boundary',
    sent: raw(red, 'multipart/form-data'),
    status: 400,
    code: 'BODY_INVALID',
  },
  {
    name: 'a truncated JPEG',
    sent: raw(noise.subarray(0, noise.length / 2)),
    status: 422,
    code: 'IMAGE_CORRUPT',
  },
  {
    name: 'text named .jpg',
    sent: raw(Buffer.from('hello, I am a cat')),
    status: 415,
    code: 'IMAGE_FORMAT_UNSUPPORTED',
  },
  {
    name: 'a path instead of base64',
    sent: json({ picture: '/etc/passwd' }),
    status: 415,
    code: 'IMAGE_FORMAT_UNSUPPORTED',
  },
  { name: 'a file URL', sent: json({ url: 'file:///etc/passwd' }), status: 403, code: 'IMAGE_URL_DISABLED' },
  {
    name: 'a URL where URLs are off',
    sent: json({ url: 'http://127.0.0.1/cat.jpg' }),
    status: 403,
    code: 'IMAGE_URL_DISABLED',
  },
  {
    name: 'a PNG bomb of 30000 by 30000',
    sent: raw(pngBomb(30_000), 'image/png'),
    status: 413,
    code: 'IMAGE_TOO_MANY_PIXELS',
  },
  { name: 'a body of 100 MB', sent: raw(Buffer.alloc(100_000_000)), status: 413, code: 'BODY_TOO_LARGE' },
  {
    name: 'a wrong content type',
    sent: { body: 'a: 1', type: 'application/yaml' },
    status: 415,
    code: 'CONTENT_TYPE_UNSUPPORTED',
  },
  {
    name: 'an unknown model',
    sent: json({ picture: base64, model: 'nosuch' }),
    status: 404,
    code: 'MODEL_UNKNOWN',
  },
  { name: 'a top of 0', sent: json({ picture: base64, top: 0 }), status: 400, code: 'OPTION_INVALID' },
  { name: 'a top of -1', sent: raw(red), query: '?top=-1', status: 400, code: 'OPTION_INVALID' },
  { name: 'a top of 1001', sent: raw(red), query: '?top=1001', status: 400, code: 'OPTION_INVALID' },
  { name: 'a top of x', sent: json({ picture: base64, top: 'x' }), status: 400, code: 'OPTION_INVALID' },
];

test.each(cases)('$name is answered with $status $code, and the next request is answered', async (item) => {
  const { send } = await openApp();
  const { sent, query = '', status, code } = item;
  const headers = { 'content-type': sent.type, 'x-request-id': 'bad-1' };
  const response = await send(`/image${query}`, { method: 'POST', headers, body: sent.body });
  const { error } = await jsonOf<Failure>(response);
  expect({ code: error.code, status: response.status }).toEqual({ code, status });
  expect(error.message).not.toBe('');
  expect(error.requestId).toBe('bad-1');
  expect(response.headers.get('x-request-id')).toBe('bad-1');
  expect((await send('/image', { method: 'POST', body: red })).status).toBe(200);
});

test('bounds on pictures are the server’s, above the usual ones as below them', async () => {
  const body = Buffer.concat([red, Buffer.alloc(21 * 1024 * 1024)]);
  const usual = await openApp();
  expect((await usual.send('/image', { method: 'POST', body })).status).toBe(413);
  const wide = await openApp({
    limits: { maxBodyBytes: 64 * 1024 * 1024, image: { maxBytes: 32 * 1024 * 1024 } },
  });
  expect((await wide.send('/image', { method: 'POST', body })).status).toBe(200);
  const narrow = await openApp({ limits: { image: { maxPixels: 100 } } });
  const answer = await narrow.send('/image', { method: 'POST', body: red });
  expect((await jsonOf<Failure>(answer)).error.code).toBe('IMAGE_TOO_MANY_PIXELS');
});

test('a picture of one pixel is a picture', async () => {
  const { send } = await openApp();
  const body = await picture('red', { width: 1, height: 1, format: 'png' });
  const response = await send('/image?top=1', { method: 'POST', body });
  expect(await response.json()).toEqual({ prediction: { red: expect.any(Number) } });
});

test('the engine’s workers survive pictures that cannot be decoded', async () => {
  await using engine = createEngine({ workers: 1 });
  const { send } = await openApp({ engine });
  for (const body of [noise.subarray(0, 500), pngBomb(30_000), Buffer.from('GIF89a')]) {
    const response = await send('/image', { method: 'POST', body });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect((await send('/image', { method: 'POST', body: red })).status).toBe(200);
  }
  expect(engine.stats().workers.restarts).toBe(0);
});

test.each(['/v1/classify', '/v1/detect', '/v1/tag', '/v1/moderate', '/v1/embed'])(
  '%s refuses what is no picture',
  async (path) => {
    const { send } = await openApp();
    const response = await send(path, { method: 'POST', body: 'no picture' });
    expect(response.status).toBe(400);
    expect((await jsonOf<Failure>(response)).error.code).toBe('IMAGE_BASE64_INVALID');
  },
);

test('unknown addresses and methods have their own answers', async () => {
  const { send } = await openApp();
  expect((await send('/nothing')).status).toBe(404);
  const response = await send('/image');
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
  expect((await send('/image', { method: 'POST', headers: { accept: 'image/png' }, body: red })).status).toBe(
    406,
  );
});
