import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSource } from '../../src/image/sources/read-source.ts';
import type { ImageSource } from '../../src/image/types.ts';

const BYTES = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7 + (i >> 5)) & 255);
const BASE64 = Buffer.from(BYTES).toString('base64');

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-source-'));
  file = join(folder, 'picture #1 100%.bin');
  await writeFile(file, BYTES);
});
afterAll(() => rm(folder, { recursive: true }));

async function* inPieces(bytes: Uint8Array, size = 100) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const sources: Record<string, () => ImageSource> = {
  'a file path': () => file,
  'a file URL': () => pathToFileURL(file),
  'a file URL as text': () => pathToFileURL(file).href,
  'a Uint8Array': () => BYTES,
  'a Buffer': () => Buffer.from(BYTES),
  'a view into a larger buffer': () => {
    const larger = new Uint8Array(BYTES.length + 20);
    larger.set(BYTES, 9);
    return larger.subarray(9, 9 + BYTES.length);
  },
  'an ArrayBuffer': () => BYTES.slice().buffer,
  'a Blob': () => new Blob([BYTES]),
  'a web stream': () => ReadableStream.from(inPieces(BYTES)),
  'a Node stream': () => Readable.from(inPieces(BYTES)),
  'an async iterable': () => inPieces(BYTES),
  base64: () => ({ base64: BASE64 }),
  'base64 with line breaks': () => ({ base64: BASE64.replace(/.{76}/g, '$&\r\n') }),
  'base64 without padding, URL-safe': () => ({
    base64: BASE64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'),
  }),
  'a data URL': () => `data:image/png;base64,${BASE64}`,
  'a data URL object': () => new URL(`data:image/png;base64,${BASE64}`),
  'a data URL with parameters': () => `DATA:image/png;name=a.png;base64,${BASE64}`,
  'a data URL in the base64 field': () => ({ base64: `data:image/png;base64,${BASE64}` }),
  'a percent-encoded data URL': () =>
    `data:,${[...BYTES].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
};

describe('readSource gives the bytes of', () => {
  for (const [name, open] of Object.entries(sources)) {
    it(name, async () => expect(Buffer.from(await readSource(open())).equals(BYTES)).toBe(true));
  }

  it('any base64 that an encoder makes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), fc.boolean(), async (bytes, urlSafe) => {
        const base64 = Buffer.from(bytes).toString(urlSafe ? 'base64url' : 'base64');
        expect(Buffer.from(await readSource({ base64 })).equals(bytes)).toBe(true);
      }),
    );
  });
});

describe('readSource refuses', () => {
  const limits = { maxBytes: BYTES.length - 1 };
  for (const [name, open] of Object.entries(sources)) {
    it(`too many bytes from ${name}`, () =>
      expect(readSource(open(), { limits })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' }));
  }

  const empty: Record<string, () => ImageSource> = {
    bytes: () => new Uint8Array(),
    'an ArrayBuffer': () => new ArrayBuffer(0),
    'a Blob': () => new Blob([]),
    'a stream': () => Readable.from([]),
    base64: () => ({ base64: ' \n' }),
    'a data URL': () => 'data:image/png;base64,',
  };
  for (const [name, open] of Object.entries(empty)) {
    it(`nothing from ${name}`, () =>
      expect(readSource(open())).rejects.toMatchObject({ code: 'IMAGE_EMPTY' }));
  }

  it('an empty file', async () => {
    const path = join(folder, 'empty');
    await writeFile(path, '');
    await expect(readSource(path)).rejects.toMatchObject({ code: 'IMAGE_EMPTY' });
  });

  it('a file that is not there', () =>
    expect(readSource(join(folder, 'none.jpg'))).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' }));

  it('a folder', () => expect(readSource(folder)).rejects.toMatchObject({ code: 'IMAGE_SOURCE_INVALID' }));

  it('a device that never ends', () =>
    expect(readSource('/dev/zero', { limits: { maxBytes: 100_000 } })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    }));

  it.each(['*', 'A', 'AA=', 'AAAA=', 'AA==AA==', 'ÄÄÄÄ', 'AA A*', '===='])('%j as base64', (base64) =>
    expect(readSource({ base64 })).rejects.toMatchObject({ code: 'IMAGE_BASE64_INVALID' }),
  );

  it('a data URL without data', () =>
    expect(readSource('data:image/png')).rejects.toMatchObject({ code: 'IMAGE_BASE64_INVALID' }));

  it('a stream of text', () =>
    expect(readSource(Readable.from(['text']))).rejects.toMatchObject({ code: 'IMAGE_SOURCE_INVALID' }));

  it('a URL of another scheme', () =>
    expect(readSource(new URL('ftp://example.com/a.jpg'))).rejects.toMatchObject({
      code: 'IMAGE_SOURCE_INVALID',
    }));

  it.each([undefined, null, 7, {}, { base64: 7 }])('%j', (source) =>
    expect(readSource(source as unknown as ImageSource)).rejects.toMatchObject({
      code: 'IMAGE_SOURCE_INVALID',
    }),
  );

  it('http addresses unless they are switched on', () =>
    expect(readSource('https://example.com/a.jpg')).rejects.toMatchObject({ code: 'IMAGE_URL_DISABLED' }));
});

describe('readSource stops', () => {
  it('a stream as soon as it is too large, and closes it', async () => {
    let given = 0;
    let closed = false;
    async function* endless() {
      try {
        for (;;) {
          given += 1000;
          yield new Uint8Array(1000);
        }
      } finally {
        closed = true;
      }
    }
    await expect(readSource(endless(), { limits: { maxBytes: 10_000 } })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
    expect(given).toBe(11_000);
    expect(closed).toBe(true);
  });

  it('when the signal fires while a stream says nothing', async () => {
    const controller = new AbortController();
    const silent = new Readable({ read() {} });
    const reading = readSource(silent, { signal: controller.signal });
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('before it starts when the signal has fired', () =>
    expect(readSource(BYTES, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' }));

  it('a stream that fails, with its own error', () =>
    expect(
      readSource(
        new Readable({
          read() {
            this.destroy(new Error('disk on fire'));
          },
        }),
      ),
    ).rejects.toThrow('disk on fire'));
});
