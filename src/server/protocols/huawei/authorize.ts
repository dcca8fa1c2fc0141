import { isFresh, signedRequest } from '../shared/signatures.ts';
import { VendorError } from '../shared/vendor-error.ts';
import type { ProtocolContext } from '../types.ts';
import { readSdkClaim, verifySdk } from './signature.ts';

/** How old, or how far ahead, a signature may be. */
const WINDOW_MS = 15 * 60 * 1000;

/**
 * Lets in a request that is signed with SDK-HMAC-SHA256. Key and clock are checked before the body is read.
 *
 * @throws UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED
 */
export async function authorize(request: Request, context: ProtocolContext): Promise<void> {
  const claim = readSdkClaim(request.headers);
  if (claim === undefined) throw unauthenticated(reasonOf(request.headers));
  const found = context.keys.findSecret(claim.accessKey);
  if (!found.found) {
    context.logger.info({ reason: found.reason }, 'huawei: no secret for this access key');
    throw unauthenticated('an access key that is not known here');
  }
  if (!isFresh(claim.signedAt, context.clock(), WINDOW_MS)) {
    throw unauthenticated(`${claim.date}, which is more than 15 minutes from the server’s clock`);
  }
  if (!verifySdk(claim, found.secret, signedRequest(request, await context.body()))) {
    throw unauthenticated('a signature that does not fit the request');
  }
  context.authorize(found.key);
}

function reasonOf(headers: Headers): string {
  if (headers.has('authorization')) return 'an `Authorization` header in another form';
  return headers.has('x-auth-token') ? 'a token, which only the vendor can check' : 'none';
}

function unauthenticated(received: string): VendorError {
  return new VendorError('UNAUTHENTICATED', 'APIGW.0301', {
    expected: 'an AK/SK signature SDK-HMAC-SHA256',
    received,
  });
}
