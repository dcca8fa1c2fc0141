import { type FormField, formMap } from '../../http/form.ts';
import type { FoundSecret } from '../../keys/types.ts';
import { isFresh, signedRequest } from '../shared/signatures.ts';
import { VendorError } from '../shared/vendor-error.ts';
import type { ProtocolContext } from '../types.ts';
import { CLAIM_PARAMETERS, readLegacyClaim, verifyLegacy } from './legacy-signature.ts';
import { readTc3Claim, verifyTc3 } from './tc3.ts';

/** How old, or how far ahead, a time stamp may be. */
const WINDOW_MS = 5 * 60 * 1000;

/** Of one parameter of a claim, as it was sent. */
const MAX_CLAIM_BYTES = 1024;

/**
 * Lets in a request that is signed with TC3-HMAC-SHA256. Key and clock are checked before the body is read.
 *
 * @throws UNAUTHENTICATED with one of the vendor's `AuthFailure.*` codes; FORBIDDEN, RATE_LIMITED
 */
export async function authorizeTc3(request: Request, context: ProtocolContext): Promise<void> {
  const claim = readTc3Claim(request.headers);
  if (claim === undefined) throw invalidAuthorization('TC3-HMAC-SHA256 and `X-TC-Timestamp`');
  const found = secretOf(claim.secretId, context);
  checkTime(claim.timestamp, context);
  const signed = signedRequest(request, await context.body());
  if (!verifyTc3(claim, found.secret, signed)) throw signatureFailure();
  context.authorize(found.key);
}

/**
 * Lets in a request that is signed with HmacSHA1 or HmacSHA256. Key and clock are checked before more than the claim's own
 * parameters is decoded.
 *
 * @param fields its parameters, as they were sent
 * @throws UNAUTHENTICATED with one of the vendor's `AuthFailure.*` codes; FORBIDDEN, RATE_LIMITED
 */
export function authorizeLegacy(
  request: Request,
  fields: readonly FormField[],
  context: ProtocolContext,
): void {
  const claim = readLegacyClaim(formMap(fields.filter(isOfClaim)));
  if (claim === undefined) throw invalidAuthorization('`SecretId`, `Timestamp` and `Signature`');
  const found = secretOf(claim.secretId, context);
  checkTime(claim.timestamp, context);
  const signed = signedRequest(request, new Uint8Array(0));
  if (!verifyLegacy(claim, found.secret, signed, formMap(fields))) throw signatureFailure();
  context.authorize(found.key);
}

/** A longer claim is not taken for one. */
function isOfClaim({ name, raw }: FormField): boolean {
  return CLAIM_PARAMETERS.has(name) && raw.byteLength <= MAX_CLAIM_BYTES;
}

function secretOf(secretId: string, { keys, logger }: ProtocolContext): FoundSecret {
  const found = keys.findSecret(secretId);
  if (found.found) return found;
  logger.info({ reason: found.reason }, 'tencent: no secret for this id');
  throw new VendorError('UNAUTHENTICATED', 'AuthFailure.SecretIdNotFound', {
    received: 'a SecretId that is not known here',
  });
}

function checkTime(timestamp: string, { clock }: ProtocolContext): void {
  if (isFresh(Number(timestamp) * 1000, clock(), WINDOW_MS)) return;
  throw new VendorError('UNAUTHENTICATED', 'AuthFailure.SignatureExpire', {
    expected: 'a time stamp within 5 minutes of the server’s clock',
    received: timestamp,
    fix: 'Set the clock',
  });
}

function invalidAuthorization(expected: string): VendorError {
  return new VendorError('UNAUTHENTICATED', 'AuthFailure.InvalidAuthorization', { expected });
}

function signatureFailure(): VendorError {
  return new VendorError('UNAUTHENTICATED', 'AuthFailure.SignatureFailure', {
    received: 'a signature that does not fit the request',
    fix: 'Check the SecretKey',
  });
}
