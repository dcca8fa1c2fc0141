/**
 * The signatures of Tencent Cloud's older API: HmacSHA1 and HmacSHA256 over the sorted parameters.
 *
 * @see https://cloud.tencent.com/document/api/865/35472
 * @module
 */
import { createHmac } from 'node:crypto';
import { own } from '../../../base/own.ts';
import { type SignedRequest, sameSignature } from '../shared/signatures.ts';

const DIGESTS: Readonly<Record<string, string>> = { HmacSHA1: 'sha1', HmacSHA256: 'sha256' };

/** What a request says of itself among its parameters. */
export interface LegacyClaim {
  readonly secretId: string;
  readonly signature: string;
  /** Name of Node.js's digest. */
  readonly digest: string;
  /** Seconds since 1970, as sent. */
  readonly timestamp: string;
}

/** The parameters that a claim is made of. */
export const CLAIM_PARAMETERS: ReadonlySet<string> = new Set([
  'SecretId',
  'Signature',
  'SignatureMethod',
  'Timestamp',
]);

/**
 * Reads the claim of a request.
 *
 * @param form its parameters, decoded; only `CLAIM_PARAMETERS` are looked at
 * @returns undefined when it is not a well-formed one
 */
export function readLegacyClaim(form: ReadonlyMap<string, string>): LegacyClaim | undefined {
  const secretId = form.get('SecretId');
  const signature = form.get('Signature');
  const timestamp = form.get('Timestamp') ?? '';
  const digest = own(DIGESTS, form.get('SignatureMethod') ?? 'HmacSHA1');
  if (!secretId || !signature || !digest || !/^\d{1,12}$/.test(timestamp)) return;
  return { secretId, signature, digest, timestamp };
}

/**
 * Whether a claim was made with this secret for these parameters.
 *
 * @param form the parameters, decoded, the signature among them
 */
export function verifyLegacy(
  { signature, digest }: LegacyClaim,
  secret: string,
  { method, host, path }: Pick<SignedRequest, 'method' | 'host' | 'path'>,
  form: ReadonlyMap<string, string>,
): boolean {
  const names = [...form.keys()].filter((name) => name !== 'Signature').sort();
  const pairs = names.map((name) => `${name}=${form.get(name) ?? ''}`).join('&');
  const text = `${method}${host}${path}?${pairs}`;
  return sameSignature(signature, createHmac(digest, secret).update(text, 'utf8').digest('base64'));
}
