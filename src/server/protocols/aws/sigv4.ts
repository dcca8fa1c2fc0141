/**
 * AWS Signature Version 4.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @module
 */
import { compareText, percentDecoded, percentEncoded } from '../shared/percent-encoding.ts';
import {
  hmacSha256,
  type SignedRequest,
  sameSignature,
  sha256Hex,
  signedHeaderNames,
} from '../shared/signatures.ts';

const SCHEME = 'AWS4-HMAC-SHA256';
const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([a-z0-9;_-]+), ?Signature=([0-9a-f]{64})$/;
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** What must be signed for a signature to mean anything: the operation is in a header. */
const ALWAYS_SIGNED = ['host', 'x-amz-date', 'x-amz-target'];

/** The `Authorization` header and the date that goes with it. */
export interface SigV4Claim {
  readonly accessKey: string;
  /** `YYYYMMDD`, UTC. */
  readonly day: string;
  /** Whatever the client is configured with. */
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`, as sent. */
  readonly date: string;
  /** The date in milliseconds since 1970. */
  readonly signedAt: number;
}

/**
 * Reads the claim of a request.
 *
 * @returns undefined when it is not a well-formed one
 */
export function readSigV4Claim(headers: Headers): SigV4Claim | undefined {
  const found = FORM.exec(headers.get('authorization') ?? '') ?? [];
  const [, accessKey, day, region, service, signed, signature] = found;
  const date = headers.get('x-amz-date') ?? '';
  const signedAt = Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (!accessKey || !day || !region || !service || !signed || !signature) return;
  if (!DATE.test(date) || Number.isNaN(signedAt)) return;
  const signedHeaders = signedHeaderNames(signed, ALWAYS_SIGNED);
  if (signedHeaders === undefined) return;
  return { accessKey, day, region, service, signedHeaders, signature, date, signedAt };
}

/**
 * Whether a claim was made with this secret for this very request.
 *
 * @param claim from `readSigV4Claim`
 * @param secret the secret access key
 */
export function verifySigV4(claim: SigV4Claim, secret: string, request: SignedRequest): boolean {
  const { day, region, service, date, signature } = claim;
  if (!date.startsWith(day)) return false;
  const bodyHash = sha256Hex(request.body);
  // `UNSIGNED-PAYLOAD` would leave the picture to whoever is in between.
  const declared = request.headers.get('x-amz-content-sha256');
  if (declared !== null && declared !== bodyHash) return false;
  const scope = [day, region, service, 'aws4_request'];
  const key = scope.reduce<string | Buffer>(hmacSha256, `AWS4${secret}`);
  const text = [SCHEME, date, scope.join('/'), sha256Hex(canonicalRequest(claim, request, bodyHash))];
  return sameSignature(signature, hmacSha256(key, text.join('\n')).toString('hex'));
}

function canonicalRequest(
  { signedHeaders }: SigV4Claim,
  { method, path, query, host, headers }: SignedRequest,
  bodyHash: string,
): string {
  const lines = signedHeaders.map((name) => {
    const value = name === 'host' ? host : (headers.get(name) ?? '');
    return `${name}:${value.trim().replace(/\s+/g, ' ')}\n`;
  });
  const parts = [canonicalPath(path), canonicalQuery(query), lines.join(''), signedHeaders.join(';')];
  return [method, ...parts, bodyHash].join('\n');
}

/** Encoded once more than on the wire (only S3 does otherwise), without empty segments and dots. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(percentEncoded(segment));
  }
  const last = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${last}`;
}

/** Sorted by encoded name, then by encoded value. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    return [percentEncoded(percentDecoded(name)), percentEncoded(percentDecoded(value))] as const;
  });
  return pairs
    .toSorted(([a, x], [b, y]) => compareText(a, b) || compareText(x, y))
    .map((pair) => pair.join('='))
    .join('&');
}
