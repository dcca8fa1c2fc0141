/**
 * Every parser of a stranger's bytes takes a time that grows with the bytes: what is twice as long takes at most about
 * twice as long, with bounds lifted where there are bounds.
 */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseBoundedJson } from '../../src/base/bounded-json.ts';
import { percentDecodedBytes } from '../../src/base/percent.ts';
import { parseLabels } from '../../src/convert/tflite/metadata.ts';
import { decodeBase64, decodeDataUrl } from '../../src/image/sources/text.ts';
import { DEFAULT_IMAGE_LIMITS } from '../../src/image/types.ts';
import { parseJson, parseManifest } from '../../src/models/manifest/manifest-file.ts';
import { parseOptions, queryOptions } from '../../src/server/api/options.ts';
import { findPicture } from '../../src/server/api/picture-request.ts';
import { imageOptions } from '../../src/server/api/schemas.ts';
import { preferredType } from '../../src/server/http/accept.ts';
import { formFields, formMap } from '../../src/server/http/form.ts';
import { readMultipart } from '../../src/server/http/multipart.ts';
import { requestIdOf } from '../../src/server/http/request-id.ts';
import { readSigV4Claim, verifySigV4 } from '../../src/server/protocols/aws/sigv4.ts';
import { readServiceAccountToken } from '../../src/server/protocols/google/service-account.ts';
import { readSdkClaim, verifySdk } from '../../src/server/protocols/huawei/signature.ts';
import { readElements } from '../../src/server/protocols/inference/bytes-elements.ts';
import { targetOf } from '../../src/server/protocols/shared/signatures.ts';
import { readTc3Claim } from '../../src/server/protocols/tencent/tc3.ts';

const KIB = 1024;
const LIMITS = { ...DEFAULT_IMAGE_LIMITS, maxBytes: 1024 * KIB * KIB };
const unbounded = Number.MAX_SAFE_INTEGER;

interface Case {
  readonly name: string;
  /** Input of about this many bytes, made before the clock runs. */
  readonly make: (size: number) => () => unknown;
  /** Bytes of the shorter input (default 512 KiB; headers can have no more than 16 KiB). */
  readonly size?: number;
}

const repeated = (text: string) => (size: number) => text.repeat(Math.ceil(size / text.length));
const bytes = (text: string) => Buffer.from(text, 'latin1');
const counted = (item: (i: number) => string, separator: string) => (size: number) =>
  Array.from({ length: Math.ceil(size / (item(1000).length + 1)) }, (_, i) => item(i)).join(separator);

const form = (body: Buffer) => () =>
  formMap(formFields(body, { maxFields: unbounded, maxNameBytes: unbounded }));
const json = (body: Buffer) => () =>
  parseBoundedJson(body, { maxValues: unbounded, maxDepth: unbounded, maxEscapes: unbounded });
const parts =
  (body: Buffer, type = 'multipart/form-data; boundary=x') =>
  () =>
    readMultipart(body, type, { maxParts: unbounded, maxHeaderBytes: unbounded });
const header = (name: string, value: string) => new Headers({ [name]: value });

const HEX = 'a'.repeat(64);
const signed = (query: string, path = '/') => ({
  method: 'GET',
  path,
  query,
  host: 'localhost',
  headers: new Headers({ 'x-amz-date': '20260101T000000Z', 'x-sdk-date': '20260101T000000Z' }),
  body: new Uint8Array(0),
});
const claim = {
  accessKey: 'a',
  day: '20260101',
  region: 'r',
  service: 's',
  signedHeaders: ['host'],
  signature: HEX,
  date: '20260101T000000Z',
  signedAt: 0,
};
const canonical = (query: string, path?: string) => () => [
  verifySigV4(claim, 'secret', signed(query, path)),
  verifySdk(claim, 'secret', signed(query, path)),
];

/** Headers and addresses: Node.js takes 16 KiB. */
const SHORT = 64 * KIB;

const CASES: readonly Case[] = [
  { name: 'form: fields', make: (size) => form(bytes(counted((i) => `A.${i}=`, '&')(size))) },
  { name: 'form: ampersands', make: (size) => form(bytes(repeated('&')(size))) },
  { name: 'form: equals signs', make: (size) => form(bytes(repeated('=')(size))) },
  { name: 'form: escapes', make: (size) => form(bytes(`a=${repeated('%41')(size)}`)) },
  { name: 'form: broken escapes', make: (size) => form(bytes(`a=${repeated('%%4')(size)}`)) },
  { name: 'form: plus signs', make: (size) => form(bytes(`a=${repeated('+')(size)}`)) },
  { name: 'JSON: members', make: (size) => json(bytes(`{${counted((i) => `"${i}":0`, ',')(size)}}`)) },
  { name: 'JSON: elements', make: (size) => json(bytes(`[${counted(() => '""', ',')(size)}]`)) },
  { name: 'JSON: escaped quotes', make: (size) => json(bytes(`["${repeated('\\"')(size)}"]`)) },
  { name: 'JSON: backslashes', make: (size) => json(bytes(`["${repeated('\\\\')(size)}"]`)) },
  { name: 'JSON: an open string', make: (size) => () => failing(json(bytes(`["${repeated('\\')(size)}`))) },
  { name: 'JSON: blanks', make: (size) => json(bytes(`[${repeated(' ')(size)}]`)) },
  { name: 'JSON: digits', make: (size) => json(bytes(`[${repeated('1')(size)}]`)) },
  {
    name: 'multipart: parts',
    make: (size) =>
      parts(bytes(`${repeated('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n')(size)}--x--`)),
  },
  {
    name: 'multipart: near boundaries',
    make: (size) => () => failing(parts(bytes(repeated('\r\n--y')(size)))),
  },
  {
    name: 'multipart: line breaks',
    make: (size) => () => failing(parts(bytes(`--x${repeated('\r\n')(size)}`))),
  },
  {
    name: 'multipart: a boundary of one letter',
    make: (size) => () =>
      failing(parts(bytes(repeated('-')(size)), `multipart/form-data; boundary=${'-'.repeat(60)}`)),
  },
  {
    name: 'multipart: parameters that do not end',
    make: (size) => () =>
      failing(
        parts(bytes(`--x\r\nContent-Disposition: form-data; ${repeated('a="; ')(size)}\r\n\r\n\r\n--x--`)),
      ),
  },
  {
    name: 'query',
    make: (size) => {
      const query = new URLSearchParams(counted((i) => `${i}`, '&')(size));
      return () => parseOptions(imageOptions, queryOptions(query));
    },
  },
  {
    name: 'Accept: ranges',
    size: SHORT,
    make: (size) => () => failing(() => preferredType(repeated('a/b;q=0,')(size), ['application/json'])),
  },
  {
    name: 'Accept: parameters',
    size: SHORT,
    make: (size) => () => preferredType(`*/*${repeated(';q')(size)}`, ['application/json']),
  },
  {
    name: 'header: request id',
    size: SHORT,
    make: (size) => () => requestIdOf(header('x-request-id', repeated('a ')(size).trim())),
  },
  {
    name: 'header: SigV4',
    size: SHORT,
    make: (size) => () =>
      readSigV4Claim(header('authorization', `AWS4-HMAC-SHA256 Credential=${repeated('a/')(size)}`)),
  },
  {
    name: 'header: signed headers',
    size: SHORT,
    make: (size) => () =>
      readSdkClaim(
        header(
          'authorization',
          `SDK-HMAC-SHA256 Access=a, SignedHeaders=${repeated('a;')(size)}, Signature=${HEX}`,
        ),
      ),
  },
  {
    name: 'header: TC3',
    size: SHORT,
    make: (size) => () =>
      readTc3Claim(header('authorization', `TC3-HMAC-SHA256 Credential=${repeated('a/')(size)}`)),
  },
  {
    name: 'header: token',
    size: SHORT,
    make: (size) => () => readServiceAccountToken(repeated('e30.')(size)),
  },
  {
    name: 'address',
    size: SHORT,
    make: (size) => () => targetOf(`http://localhost/${repeated('?#')(size)}`),
  },
  { name: 'canonical query', make: (size) => canonical(counted((i) => `${i}`, '&')(size)) },
  { name: 'canonical path: segments', make: (size) => canonical('', repeated('/a/..')(size)) },
  { name: 'canonical path: escapes', make: (size) => canonical('', `/${repeated('%2f')(size)}`) },
  { name: 'canonical query: broken escapes', make: (size) => canonical(repeated('%=%&')(size)) },
  { name: 'percent decoding', make: (size) => () => percentDecodedBytes(bytes(repeated('%4')(size))) },
  { name: 'base64', make: (size) => () => decodeBase64(repeated('AAAA')(size), LIMITS) },
  {
    name: 'base64: blanks',
    make: (size) => () => decodeBase64(repeated(`${'A'.repeat(64)}\r\n`)(size), LIMITS),
  },
  {
    name: 'base64: more blanks than letters',
    make: (size) => () => failing(() => decodeBase64(repeated('A A ')(size), LIMITS)),
  },
  {
    name: 'base64: equals signs',
    make: (size) => () => failing(() => decodeBase64(repeated('=')(size), LIMITS)),
  },
  {
    name: 'base64: blanks at the end',
    make: (size) => () => failing(() => decodeBase64(`${repeated(' ')(size)}!`, LIMITS)),
  },
  {
    name: 'data URL: escapes',
    make: (size) => () => decodeDataUrl(`data:,${repeated('%41')(size)}`, LIMITS),
  },
  {
    name: 'data URL: head',
    make: (size) => () => failing(() => decodeDataUrl(`data:${repeated('; base64')(size)},A!`, LIMITS)),
  },
  { name: 'BYTES elements', make: (size) => () => readElements(Buffer.alloc(size), unbounded) },
  {
    name: 'a native form',
    make: (size) => () =>
      failing(() => findPicture(bytes(repeated('a=b&')(size)), 'application/x-www-form-urlencoded', {})),
  },
  {
    name: 'manifest',
    make: (size) => () =>
      failing(() =>
        parseManifest(parseJson(`{"labels":[${counted((i) => `"${i}"`, ',')(size)}]}`, 'm'), 'm'),
      ),
  },
  {
    name: 'manifest: labels',
    make: (size) => {
      const names = Array.from({ length: size / 8 }, (_, i) => `label ${i}`);
      const value = {
        id: 'a',
        task: 'classify',
        files: [{ path: 'a.onnx', sha256: createHash('sha256').digest('hex'), bytes: 1 }],
        labels: { names },
      };
      return () => failing(() => parseManifest(value, 'm'));
    },
  },
  { name: 'label file', make: (size) => () => parseLabels(counted((i) => `${i} name ${i}`, '\n')(size)) },
  { name: 'label file: blanks', make: (size) => () => parseLabels(`${repeated(' ')(size)}x`) },
];

function failing(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}

/** The least processor time of several runs: what is more is the garbage collector's. */
function millisecondsOf(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

// A collection of garbage on a busy machine fails a measurement; what is quadratic fails all three.
test.each(CASES)('$name', { retry: 2 }, ({ make, size = 512 * KIB }) => {
  // What is fast at either length cannot be told from linear, and need not be.
  const short = millisecondsOf(make(size));
  const long = millisecondsOf(make(size * 4));
  // Four times the length is four times the time, sixteen times where it is quadratic.
  expect(long, `${short.toFixed(1)} ms, then ${long.toFixed(1)} ms`).toBeLessThan(Math.max(8 * short, 40));
});
