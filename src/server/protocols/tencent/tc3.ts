/**
 * TC3-HMAC-SHA256, the signature of Tencent Cloud's API 3.0.
 *
 * @see https://cloud.tencent.com/document/api/865/35471
 * @module
 */
import {
  hmacSha256,
  type SignedRequest,
  sameSignature,
  sha256Hex,
  signedHeaderNames,
} from '../shared/signatures.ts';

const SCHEME = 'TC3-HMAC-SHA256';
const FORM =
  /^TC3-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{4}-\d{2}-\d{2})\/([^,\s]+)\/tc3_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** What must be signed for a signature to mean anything. */
const ALWAYS_SIGNED = ['content-type', 'host'];

/** The `Authorization` header and the time stamp that goes with it. */
export interface Tc3Claim {
  readonly secretId: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  /** Up to the first dot of the endpoint: `tiia`, but `127` or `localhost:8080` on a machine of one's own. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Seconds since 1970, as sent. */
  readonly timestamp: string;
}

/**
 * Reads the claim of a request.
 *
 * @returns undefined when it is not a well-formed one
 */
export function readTc3Claim(headers: Headers): Tc3Claim | undefined {
  const [, secretId, date, service, signed, signature] = FORM.exec(headers.get('authorization') ?? '') ?? [];
  const timestamp = headers.get('x-tc-timestamp') ?? '';
  if (!secretId || !date || !service || !signed || !signature || !/^\d{1,12}$/.test(timestamp)) return;
  const signedHeaders = signedHeaderNames(signed, ALWAYS_SIGNED);
  if (signedHeaders === undefined) return;
  return { secretId, date, service, signedHeaders, signature, timestamp };
}

/**
 * Whether a claim was made with this secret for this very request.
 *
 * The Node.js client signs the host without its port, other clients as the header has it; both are tried. Further
 * headers that a client signs, such as `x-tc-action`, are signed in lower case.
 */
export function verifyTc3(claim: Tc3Claim, secret: string, request: SignedRequest): boolean {
  const { date, service, timestamp, signature } = claim;
  if (date !== utcDate(Number(timestamp))) return false;
  const key = ['tc3_request'].reduce(hmacSha256, hmacSha256(hmacSha256(`TC3${secret}`, date), service));
  const bodyHash = sha256Hex(request.body);
  const hosts = new Set([request.host, request.host.replace(/:\d+$/, '')]);
  return [...hosts].some((host) => {
    const canonical = canonicalRequest(claim, request, host, bodyHash);
    const text = [SCHEME, timestamp, `${date}/${service}/tc3_request`, sha256Hex(canonical)].join('\n');
    return sameSignature(signature, hmacSha256(key, text).toString('hex'));
  });
}

function canonicalRequest(
  { signedHeaders }: Tc3Claim,
  { method, path, query, headers }: SignedRequest,
  host: string,
  bodyHash: string,
): string {
  const lines = signedHeaders.map((name) => {
    if (name === 'host') return `host:${host}\n`;
    const value = headers.get(name) ?? '';
    return `${name}:${name === 'content-type' ? value : value.toLowerCase()}\n`;
  });
  return [method, path, query, lines.join(''), signedHeaders.join(';'), bodyHash].join('\n');
}

function utcDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
