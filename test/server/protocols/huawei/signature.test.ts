import { createHash } from 'node:crypto';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSdkClaim, verifySdk } from '../../../../src/server/protocols/huawei/signature.ts';
import type { SignedRequest } from '../../../../src/server/protocols/shared/signatures.ts';
import { flipBit } from '../support.ts';

const word = fc.stringMatching(/^[A-Za-z0-9._~-]{1,24}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
// The client keeps parameters in plain objects, which cannot hold a name of this kind.
const parameterName = text.filter((name) => name !== '' && name !== '__proto__');
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);

const calls = fc.record({
  method: fc.constantFrom('POST', 'GET', 'PUT'),
  host: fc
    .tuple(
      fc.constantFrom('127.0.0.1', 'localhost', 'image.cn-north-4.example'),
      fc.integer({ min: 81, max: 65_535 }),
    )
    .chain(([name, port]) => fc.constantFrom(name, `${name}:${port}`)),
  // The client signs an apostrophe in a path otherwise than it sends it; no path of the vendor's has one.
  segments: fc.array(
    fc.oneof(
      word,
      text.filter((segment) => !segment.includes("'")),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  query: fc.dictionary(parameterName, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), {
    maxKeys: 4,
  }),
  data: fc.option(
    fc.dictionary(
      word.filter((name) => name !== '__proto__'),
      fc.oneof(text, fc.integer()),
      { minKeys: 1, maxKeys: 4 },
    ),
    {
      nil: undefined,
    },
  ),
  extra: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), headerValue, { maxKeys: 3 }),
  ak: word,
  sk: text.filter((key) => key !== ''),
  slash: fc.boolean(),
});
type Call = typeof calls extends fc.Arbitrary<infer T> ? T : never;

/** The request that the vendor's client makes of a call: signed by its own code, sent as an HTTP client spells it. */
function signedCall(call: Call): SignedRequest {
  const { method, host, query, data, extra, ak, sk } = call;
  const path = `/${call.segments.map(encodeURIComponent).join('/')}`;
  const credentials = new BasicCredentials().withAk(ak).withSk(sk);
  const signed: Record<string, string> = AKSKSigner.sign(
    {
      method,
      endpoint: `http://${host}${call.slash ? '/' : ''}${path}`,
      queryParams: structuredClone(query),
      headers: { 'content-type': 'application/json', ...extra },
      data,
    },
    credentials,
  );
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  const headers = new Headers(Object.entries(signed).filter(([name]) => name !== 'host'));
  const body = Buffer.from(data === undefined ? '' : JSON.stringify(data));
  return { method, host, path, query: new URLSearchParams(pairs).toString(), headers, body };
}

function verified(request: SignedRequest, secret: string): boolean {
  const claim = readSdkClaim(request.headers);
  return claim !== undefined && verifySdk(claim, secret, request);
}

test('what the vendor’s client signs is verified', () => {
  fc.assert(
    fc.property(calls, (call) => {
      const request = signedCall(call);
      expect(readSdkClaim(request.headers)?.accessKey).toBe(call.ak);
      expect(verified(request, call.sk)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a path that the client leaves unencoded is verified', () => {
  fc.assert(
    fc.property(calls, fc.stringMatching(/^[a-z猫é()!*$&+,;=:@]{1,12}$/), (call, segment) => {
      const { pathname } = new URL(`http://${call.host}/v2/${segment}`);
      const credentials = new BasicCredentials().withAk(call.ak).withSk(call.sk);
      const endpoint = `http://${call.host}/v2/${segment}`;
      const headers = new Headers(
        AKSKSigner.sign(
          { method: 'POST', endpoint, headers: { 'content-type': 'application/json' } },
          credentials,
        ),
      );
      const request = {
        method: 'POST',
        host: call.host,
        path: pathname,
        query: '',
        headers,
        body: Buffer.alloc(0),
      };
      expect(verified(request, call.sk)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('a bit that is flipped anywhere is refused', () => {
  const parts = fc.constantFrom(
    'method',
    'path',
    'query',
    'host',
    'body',
    'secret',
    'header',
    'x-sdk-date',
    'authorization',
  );
  const plain = calls.map((call) => ({ ...call, segments: ['v2', 'project1', 'image', 'tagging'] }));
  fc.assert(
    fc.property(plain, parts, fc.nat(), (call, part, at) => {
      const request = signedCall(call);
      const forged = { ...request, headers: new Headers(request.headers) };
      let secret = call.sk;
      if (part === 'secret') secret = flipBit(secret, at);
      else if (part === 'body') {
        fc.pre(request.body.byteLength > 0);
        forged.body = Buffer.from(flipBit(request.body, at));
      } else if (part === 'query') {
        fc.pre(request.query !== '');
        forged.query = flipBit(request.query, at);
        // Two spellings of the same parameters are the same query.
        fc.pre(spelt(forged.query) !== spelt(request.query));
      } else if (part === 'method' || part === 'path' || part === 'host') {
        forged[part] = flipBit(request[part], at);
      } else {
        const name = part === 'header' ? (Object.keys(call.extra)[0] ?? 'content-type') : part;
        const value = flipBit(request.headers.get(name) ?? '', at);
        // What no header can carry never arrives, and blanks around a value are no part of it.
        fc.pre(/^[\x21-\x7e][\x20-\x7e]*$/.test(value) && value.trim() === value);
        forged.headers.set(name, value);
      }
      const claim = readSdkClaim(forged.headers);
      // Another id would find another secret, or none.
      fc.pre(claim === undefined || claim.accessKey === call.ak);
      expect(verified(forged, secret)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

/** Parameters, sorted. */
function spelt(query: string): string {
  return JSON.stringify([...new URLSearchParams(query)].map((pair) => JSON.stringify(pair)).sort());
}

test('a declared checksum of the body counts only where it is true', () => {
  const body = Buffer.from('{"image":"AAAA"}');
  const credentials = new BasicCredentials().withAk('ak').withSk('sk');
  const sign = (checksum: string) => {
    const headers = { 'content-type': 'application/json', 'X-Sdk-Content-Sha256': checksum };
    const endpoint = 'http://127.0.0.1/v2/p/image/tagging';
    const signed = new Headers(AKSKSigner.sign({ method: 'POST', endpoint, headers }, credentials));
    return {
      method: 'POST',
      host: '127.0.0.1',
      path: '/v2/p/image/tagging',
      query: '',
      headers: signed,
      body,
    };
  };
  expect(verified(sign(createHash('sha256').update(body).digest('hex')), 'sk')).toBe(true);
  expect(verified(sign('UNSIGNED-PAYLOAD'), 'sk')).toBe(false);
});

test.each([
  ['another scheme', 'SDK-HMAC-SM3 Access=ak, SignedHeaders=host;x-sdk-date, Signature='],
  ['no host among the signed headers', 'SDK-HMAC-SHA256 Access=ak, SignedHeaders=x-sdk-date, Signature='],
  ['no date among the signed headers', 'SDK-HMAC-SHA256 Access=ak, SignedHeaders=host, Signature='],
])('%s is no claim', (_, authorization) => {
  const headers = { authorization: authorization + '0'.repeat(64), 'x-sdk-date': '20240101T000000Z' };
  expect(readSdkClaim(new Headers(headers))).toBeUndefined();
});
