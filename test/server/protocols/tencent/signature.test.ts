import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SignedRequest } from '../../../../src/server/protocols/shared/signatures.ts';
import { readLegacyClaim, verifyLegacy } from '../../../../src/server/protocols/tencent/legacy-signature.ts';
import { readTc3Claim, verifyTc3 } from '../../../../src/server/protocols/tencent/tc3.ts';
import { flipBit } from '../support.ts';

/** The signing code of the vendor's client, which it does not export. */
interface Signer {
  sign3(input: {
    method: string;
    url: string;
    payload: unknown;
    timestamp: number;
    service: string;
    secretId: string;
    secretKey: string;
    multipart: boolean;
    headers: Record<string, string>;
  }): string;
  sign(secretKey: string, text: string, method: string): string;
}
const require = createRequire(import.meta.url);
const SIGN = 'tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js';
const { default: signer } = require(SIGN) as { default: Signer };
/** What the vendor's client writes bodies with; it escapes characters that `JSON.stringify` leaves. */
const writer = (
  createRequire(require.resolve(SIGN))('json-bigint') as (options: object) => {
    stringify(value: unknown): string;
  }
)({ useNativeBigInt: true });

const word = fc.stringMatching(/^[A-Za-z0-9._-]{1,24}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
// The client keeps parameters in plain objects, which cannot hold a name of this kind.
const parameterName = word.filter((name) => name !== '' && name !== '__proto__');
const endpoint = fc
  .tuple(
    fc.constantFrom('127.0.0.1', 'localhost', 'tiia.example.com', 'a-b.example'),
    fc.nat(65_535),
    fc.boolean(),
  )
  .map(([host, port, bare]) => (bare || port === 80 ? host : `${host}:${port}`));

const calls = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  endpoint,
  prefix: fc.constantFrom('', 'vision', 'a/b'),
  parameters: fc.dictionary(parameterName, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 5 }),
  secretId: word,
  secretKey: text.filter((key) => key !== ''),
  timestamp: fc.integer({ min: 0, max: 4_102_444_800 }),
});
type Call = typeof calls extends fc.Arbitrary<infer T> ? T : never;

/** The request that the vendor's client makes of a call. */
function tc3Request(call: Call): { request: SignedRequest; headers: Headers } {
  const { method, endpoint: host, prefix, parameters, secretId, secretKey, timestamp } = call;
  const query = method === 'GET' ? `?${new URLSearchParams(asText(parameters))}` : '';
  const url = `http://${host}/${prefix}${prefix && '/'}${query}`;
  const type = method === 'GET' ? 'application/x-www-form-urlencoded' : 'application/json';
  const authorization = signer.sign3({
    method,
    url,
    payload: method === 'GET' ? '' : parameters,
    timestamp,
    service: host.split('.')[0] ?? '',
    secretId,
    secretKey,
    multipart: false,
    headers: { 'Content-Type': type },
  });
  const headers = new Headers({ authorization, 'content-type': type, 'x-tc-timestamp': `${timestamp}` });
  const sent = new URL(url);
  const body = Buffer.from(method === 'GET' ? '' : writer.stringify(parameters));
  const request = { method, path: sent.pathname, query: sent.search.slice(1), host, headers, body };
  return { request, headers };
}

function asText(parameters: Call['parameters']): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}

/** As the server does it: the claim is read from the request's own headers. */
function verified(request: SignedRequest, secret: string): boolean {
  const claim = readTc3Claim(request.headers);
  return claim !== undefined && verifyTc3(claim, secret, request);
}

test('TC3: what the vendor’s client signs is verified', () => {
  fc.assert(
    fc.property(calls, (call) => {
      const { request, headers } = tc3Request(call);
      expect(readTc3Claim(headers)?.secretId).toBe(call.secretId);
      expect(verified(request, call.secretKey)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('TC3: a bit that is flipped anywhere is refused', () => {
  const parts = fc.constantFrom(
    'method',
    'path',
    'query',
    'hostname',
    'body',
    'secret',
    'x-tc-timestamp',
    'content-type',
    'authorization',
  );
  fc.assert(
    fc.property(calls, parts, fc.nat(), (call, part, at) => {
      const { request, headers } = tc3Request(call);
      const changed = new Headers(headers);
      const forged: SignedRequest = { ...request, headers: changed };
      const flipped = (value: string) => flipBit(value, at);
      let secret = call.secretKey;
      if (part === 'secret') secret = flipped(secret);
      else if (part === 'body') {
        fc.pre(request.body.byteLength > 0);
        Object.assign(forged, { body: flipBit(request.body, at) });
      } else if (part === 'hostname') {
        const [name = '', port] = request.host.split(':');
        // A name that ends in a colon or digits after one would be another name with a port.
        const other = flipped(name);
        fc.pre(!other.includes(':'));
        Object.assign(forged, { host: port === undefined ? other : `${other}:${port}` });
      } else if (part === 'method' || part === 'path' || part === 'query') {
        fc.pre(request[part] !== '');
        Object.assign(forged, { [part]: flipped(request[part]) });
      } else {
        const value = flipped(headers.get(part) ?? '');
        // What no header can carry never arrives, and blanks around a value are no part of it.
        fc.pre(/^[\x21-\x7e][\x20-\x7e]*$/.test(value) && value.trim() === value);
        changed.set(part, value);
      }
      // Another id would find another secret, or none.
      const claim = readTc3Claim(changed);
      fc.pre(claim === undefined || claim.secretId === call.secretId);
      expect(verified(forged, secret)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [
    'another scheme',
    'TC2-HMAC-SHA256 Credential=a/2020-01-01/s/tc3_request, SignedHeaders=content-type;host, Signature=',
  ],
  [
    'no host among the signed headers',
    'TC3-HMAC-SHA256 Credential=a/2020-01-01/s/tc3_request, SignedHeaders=content-type, Signature=',
  ],
  ['no date', 'TC3-HMAC-SHA256 Credential=a/s/tc3_request, SignedHeaders=content-type;host, Signature='],
])('TC3: %s is no claim', (_, authorization) => {
  const headers = new Headers({
    authorization: authorization + '0'.repeat(64),
    'x-tc-timestamp': '1577836800',
  });
  expect(readTc3Claim(headers)).toBeUndefined();
});

test('TC3: the host may be signed with its port, and further headers in lower case', async () => {
  const { createHash, createHmac } = await import('node:crypto');
  const sha = (data: string) => createHash('sha256').update(data).digest('hex');
  const mac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const body = '{"ImageBase64":"AAAA"}';
  const canonical = `POST\n/\n\ncontent-type:application/json\nhost:tiia.local:8080\nx-tc-action:detectlabel\n\ncontent-type;host;x-tc-action\n${sha(body)}`;
  const toSign = `TC3-HMAC-SHA256\n1700000000\n2023-11-14/tiia/tc3_request\n${sha(canonical)}`;
  const key = mac(mac(mac('TC3secret', '2023-11-14'), 'tiia'), 'tc3_request');
  const headers = new Headers({
    'content-type': 'application/json',
    'x-tc-action': 'DetectLabel',
    'x-tc-timestamp': '1700000000',
    authorization: `TC3-HMAC-SHA256 Credential=id/2023-11-14/tiia/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=${mac(key, toSign).toString('hex')}`,
  });
  const request = {
    method: 'POST',
    path: '/',
    query: '',
    host: 'tiia.local:8080',
    headers,
    body: Buffer.from(body),
  };
  expect(verified(request, 'secret')).toBe(true);
  headers.set('x-tc-action', 'DetectProduct');
  expect(verified(request, 'secret')).toBe(false);
});

const legacyCalls = fc.record({
  call: calls,
  signMethod: fc.constantFrom('HmacSHA1', 'HmacSHA256'),
});

function legacyForm({ call, signMethod }: { call: Call; signMethod: string }) {
  const { method, endpoint: host, parameters, secretId, secretKey, timestamp } = call;
  const form = new Map(
    Object.entries({
      ...asText(parameters),
      Action: 'DetectLabel',
      SecretId: secretId,
      Timestamp: `${timestamp}`,
      SignatureMethod: signMethod,
    }),
  );
  const pairs = [...form.keys()].sort().map((name) => `${name}=${form.get(name)}`);
  form.set('Signature', signer.sign(secretKey, `${method}${host}/?${pairs.join('&')}`, signMethod));
  return { form, request: { method, host, path: '/' } };
}

test('older signatures: what the vendor’s client signs is verified, one flipped bit is not', () => {
  fc.assert(
    fc.property(legacyCalls, fc.nat(), fc.nat(), (input, which, at) => {
      const { form, request } = legacyForm(input);
      const claim = readLegacyClaim(form);
      expect(claim && verifyLegacy(claim, input.call.secretKey, request, form)).toBe(true);

      const names = [...form.keys()].filter((name) => form.get(name) !== '');
      const name = names[which % names.length] ?? '';
      const forged = new Map(form).set(name, flipBit(form.get(name) ?? '', at));
      const other = readLegacyClaim(forged);
      expect(other !== undefined && verifyLegacy(other, input.call.secretKey, request, forged)).toBe(false);
      const elsewhere = { ...request, host: flipBit(request.host, at) };
      expect(claim && verifyLegacy(claim, input.call.secretKey, elsewhere, form)).toBe(false);
    }),
    { numRuns: 300 },
  );
});
