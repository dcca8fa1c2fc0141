/**
 * SDK-HMAC-SHA256, the AK/SK signature of Huawei Cloud.
 *
 * @see https://support.huaweicloud.com/devg-apisign/api-sign-algorithm.html
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

const SCHEME = 'SDK-HMAC-SHA256';
const FORM = /^SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([a-z0-9;_-]+), ?Signature=([0-9a-f]{64})$/;
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** What must be signed for a signature to mean anything. */
const ALWAYS_SIGNED = ['host', 'x-sdk-date'];

/** The `Authorization` header and the date that goes with it. */
export interface SdkClaim {
  readonly accessKey: string;
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
export function readSdkClaim(headers: Headers): SdkClaim | undefined {
  const [, accessKey, signed, signature] = FORM.exec(headers.get('authorization') ?? '') ?? [];
  const date = headers.get('x-sdk-date') ?? '';
  const signedAt = Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (!accessKey || !signed || !signature || !DATE.test(date) || Number.isNaN(signedAt)) return;
  const signedHeaders = signedHeaderNames(signed, ALWAYS_SIGNED);
  if (signedHeaders === undefined) return;
  return { accessKey, signedHeaders, signature, date, signedAt };
}

/**
 * Whether a claim was made with this secret for this very request.
 *
 * @param claim from `readSdkClaim`
 * @param secret the secret key
 */
export function verifySdk(claim: SdkClaim, secret: string, request: SignedRequest): boolean {
  const bodyHash = sha256Hex(request.body);
  // `UNSIGNED-PAYLOAD` would leave the picture to whoever is in between.
  const declared = request.headers.get('x-sdk-content-sha256');
  if (declared !== null && declared !== bodyHash) return false;
  return [...pathsOf(request.path)].some((path) => {
    const canonical = canonicalRequest(claim, request, path, bodyHash);
    const text = [SCHEME, claim.date, sha256Hex(canonical)].join('\n');
    return sameSignature(claim.signature, hmacSha256(secret, text).toString('hex'));
  });
}

/**
 * The spellings under which clients sign a path. The vendor's encode what is encoded already once more, and an endpoint
 * that ends in a slash gives the signed path, but not the sent one, a second slash at its start.
 */
function pathsOf(path: string): ReadonlySet<string> {
  const segments = path.split('/');
  const spelt = [segments, segments.map(percentDecoded)].map((one) => {
    const encoded = one.map(percentEncoded).join('/');
    return encoded.endsWith('/') ? encoded : `${encoded}/`;
  });
  return new Set(spelt.flatMap((one) => [one, `/${one}`]));
}

function canonicalRequest(
  { signedHeaders }: SdkClaim,
  { method, query, host, headers }: SignedRequest,
  path: string,
  bodyHash: string,
): string {
  const lines = signedHeaders.map(
    (name) => `${name}:${name === 'host' ? host : (headers.get(name) ?? '')}\n`,
  );
  const parts = [method, path, canonicalQuery(query), lines.join(''), signedHeaders.join(';'), bodyHash];
  return parts.join('\n');
}

/** Sorted by name, and by value where a name comes more than once. */
function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)];
  pairs.sort(([a, x], [b, y]) => compareText(a, b) || compareText(x, y));
  return pairs.map((pair) => pair.map(percentEncoded).join('=')).join('&');
}
