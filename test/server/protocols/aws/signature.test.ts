import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSigV4Claim, verifySigV4 } from '../../../../src/server/protocols/aws/sigv4.ts';
import type { SignedRequest } from '../../../../src/server/protocols/shared/signatures.ts';
import { flipBit } from '../support.ts';

/** SHA-256 as the vendor's signer wants it: plain, or with a key. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('not used');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const word = fc.stringMatching(/^[A-Za-z0-9._~-]{1,24}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
// The client keeps parameters in plain objects, which cannot hold a name of this kind.
const parameterName = text.filter((name) => name !== '' && name !== '__proto__');
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);

const calls = fc.record({
  method: fc.constantFrom('POST', 'GET', 'PUT'),
  hostname: fc.constantFrom('127.0.0.1', 'localhost', 'rekognition.eu-west-1.example'),
  port: fc.option(fc.integer({ min: 81, max: 65_535 }), { nil: undefined }),
  segments: fc.array(
    text.filter((segment) => !/^\.{0,2}$/.test(segment)),
    { maxLength: 4 },
  ),
  slash: fc.boolean(),
  query: fc.dictionary(parameterName, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), {
    maxKeys: 4,
  }),
  body: fc.oneof(text, fc.uint8Array({ maxLength: 64 })),
  extra: fc.dictionary(fc.stringMatching(/^x-[b-z][a-z]{0,8}$/), headerValue, { maxKeys: 3 }),
  accessKey: word,
  secret: text.filter((key) => key !== ''),
  region: fc.constantFrom('eu-west-1', 'local', 'cn-north-1'),
  at: fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
});
type Call = typeof calls extends fc.Arbitrary<infer T> ? T : never;

/** The request that the vendor's client makes of a call: signed by its own code, sent as an HTTP client spells it. */
async function signedCall(call: Call): Promise<SignedRequest> {
  const { method, hostname, port, query, body, extra, accessKey, secret, region } = call;
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const path = `/${call.segments.map(encodeURIComponent).join('/')}${call.slash && call.segments.length > 0 ? '/' : ''}`;
  const signer = new SignatureV4({
    credentials: { accessKeyId: accessKey, secretAccessKey: secret },
    region,
    service: 'rekognition',
    sha256: Sha256,
  });
  const { headers } = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname,
      ...(port !== undefined && { port }),
      path,
      query,
      headers: { host, 'x-amz-target': 'RekognitionService.DetectLabels', ...extra },
      body,
    },
    { signingDate: call.at },
  );
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  return { method, host, path, query: pairs.join('&'), headers: new Headers(headers), body: bytesOf(body) };
}

function verified(request: SignedRequest, secret: string): boolean {
  const claim = readSigV4Claim(request.headers);
  return claim !== undefined && verifySigV4(claim, secret, request);
}

test('what the vendor’s client signs is verified', async () => {
  await fc.assert(
    fc.asyncProperty(calls, async (call) => {
      const request = await signedCall(call);
      expect(readSigV4Claim(request.headers)).toMatchObject({
        accessKey: call.accessKey,
        region: call.region,
        signedAt: Math.floor(call.at.getTime() / 1000) * 1000,
      });
      expect(verified(request, call.secret)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a bit that is flipped anywhere is refused', async () => {
  const parts = fc.constantFrom(
    'method',
    'path',
    'query',
    'host',
    'body',
    'secret',
    'header',
    'x-amz-date',
    'x-amz-target',
    'x-amz-content-sha256',
    'authorization',
  );
  await fc.assert(
    fc.asyncProperty(calls, parts, fc.nat(), async (call, part, at) => {
      const request = await signedCall(call);
      const forged = { ...request, headers: new Headers(request.headers) };
      let { secret } = call;
      if (part === 'secret') secret = flipBit(secret, at);
      else if (part === 'body') {
        fc.pre(request.body.byteLength > 0);
        forged.body = flipBit(request.body, at);
      } else if (part === 'query') {
        fc.pre(request.query !== '');
        forged.query = flipBit(request.query, at);
        // Two spellings of the same parameters are the same query.
        fc.pre(spelt(forged.query) !== spelt(request.query));
      } else if (part === 'path') {
        forged.path = flipBit(request.path, at);
        // Empty segments and dots are no part of what is signed.
        fc.pre(plain(forged.path) !== plain(request.path));
      } else if (part === 'method' || part === 'host') {
        forged[part] = flipBit(request[part], at);
        fc.pre(forged[part].trim() === forged[part]);
      } else {
        const name = part === 'header' ? (Object.keys(call.extra)[0] ?? 'x-amz-target') : part;
        const value = flipBit(request.headers.get(name) ?? '', at);
        // What no header can carry never arrives; blanks around a value and how many there are in it are no part of it.
        fc.pre(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value));
        forged.headers.set(name, value);
      }
      const claim = readSigV4Claim(forged.headers);
      // Another id would find another secret, or none.
      fc.pre(claim === undefined || claim.accessKey === call.accessKey);
      expect(verified(forged, secret)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

/** Parameters, sorted. */
function spelt(query: string): string {
  const pairs = query.split('&').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [name, value.join('=')].map(decoded).join('=');
  });
  return JSON.stringify(pairs.sort());
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function plain(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}

test.each([
  ['no target among the signed headers', 'host;x-amz-date'],
  ['no date among the signed headers', 'host;x-amz-target'],
  ['no host among the signed headers', 'x-amz-date;x-amz-target'],
])('%s is no claim', (_, signed) => {
  const authorization = `AWS4-HMAC-SHA256 Credential=ak/20240101/r/rekognition/aws4_request, SignedHeaders=${signed}, Signature=${'0'.repeat(64)}`;
  const headers = { authorization, 'x-amz-date': '20240101T000000Z', 'x-amz-target': 'a' };
  expect(readSigV4Claim(new Headers(headers))).toBeUndefined();
});

test('a declared checksum of the body that is not one', async () => {
  const [call] = fc.sample(calls, { numRuns: 1, seed: 1 });
  if (call === undefined) throw new Error('no sample');
  const request = await signedCall({ ...call, extra: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
  expect(request.headers.get('x-amz-content-sha256')).toBe('UNSIGNED-PAYLOAD');
  expect(verified(request, call.secret)).toBe(false);
});
