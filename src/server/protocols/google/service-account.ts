/**
 * JSON Web Tokens that service accounts sign for themselves (RFC 7519, RS256).
 *
 * @see https://google.aip.dev/auth/4111
 * @module
 */
import { verify } from 'node:crypto';
import * as z from 'zod';

/** Seconds that the clocks of client and server may differ. */
const SKEW_S = 300;

/** Seconds that a token may live. */
const LIFETIME_S = 3600;

const SCOPES = new Set([
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/cloud-vision',
]);
const AUDIENCES = new Set(['https://vision.googleapis.com/', 'https://videointelligence.googleapis.com/']);

const header = z.object({ alg: z.literal('RS256') });

const claims = z.object({
  iss: z.string().min(1),
  sub: z.string(),
  iat: z.number(),
  exp: z.number(),
  scope: z.string().optional(),
  aud: z.string().optional(),
});

/** A token that was taken apart, not yet verified. */
export interface ServiceAccountToken {
  /** Who signed it: the account's e-mail address. */
  readonly issuer: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** What is signed, as text. */
  readonly signed: string;
  readonly signature: Buffer;
}

/**
 * Takes a token apart.
 *
 * @returns undefined when it is no token of a service account for annotations
 */
export function readServiceAccountToken(token: string): ServiceAccountToken | undefined {
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || !header.safeParse(jsonOf(head)).success) return;
  const { data } = claims.safeParse(jsonOf(body));
  if (data === undefined || data.iss !== data.sub) return;
  const meant = data.scope?.split(' ').some((scope) => SCOPES.has(scope)) || AUDIENCES.has(data.aud ?? '');
  const bytes = Buffer.from(signature, 'base64url');
  // One spelling of a signature: a decoder passes over bits that are left at its end.
  if (!meant || bytes.toString('base64url') !== signature) return;
  const { iss, iat, exp } = data;
  return { issuer: iss, issuedAt: iat, expiresAt: exp, signed: `${head}.${body}`, signature: bytes };
}

/**
 * Whether a token is in its time and lives no longer than it may.
 *
 * @param now milliseconds since 1970
 */
export function isCurrent({ issuedAt, expiresAt }: ServiceAccountToken, now: number): boolean {
  const seconds = now / 1000;
  return (
    issuedAt <= seconds + SKEW_S &&
    expiresAt > seconds - SKEW_S &&
    expiresAt - issuedAt <= LIFETIME_S + SKEW_S
  );
}

/**
 * Whether a token was signed with the private key that belongs to this public one.
 *
 * @param publicKey RSA, PEM
 */
export function verifyServiceAccountToken(token: ServiceAccountToken, publicKey: string): boolean {
  return verify('RSA-SHA256', Buffer.from(token.signed, 'ascii'), publicKey, token.signature);
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
