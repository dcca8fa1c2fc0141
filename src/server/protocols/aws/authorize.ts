import { isFresh, signedRequest } from '../shared/signatures.ts';
import { VendorError } from '../shared/vendor-error.ts';
import type { ProtocolContext } from '../types.ts';
import { readSigV4Claim, verifySigV4 } from './sigv4.ts';

/** How old, or how far ahead, a signature may be. */
const WINDOW_MS = 5 * 60 * 1000;

const SERVICE = 'rekognition';

/**
 * Lets in a request that is signed with Signature Version 4. Key and clock are checked before the body is read.
 *
 * @throws UNAUTHENTICATED with one of the vendor's names; FORBIDDEN, RATE_LIMITED
 */
export async function authorize(request: Request, context: ProtocolContext): Promise<void> {
  const { headers } = request;
  const claim = readSigV4Claim(headers);
  if (claim === undefined) throw noClaim(headers);
  // Session tokens are issued and can be checked by the vendor alone.
  if (headers.has('x-amz-security-token'))
    throw unrecognized('a session token, which only the vendor can check');
  const found = context.keys.findSecret(claim.accessKey);
  if (!found.found) {
    context.logger.info({ reason: found.reason }, 'aws: no secret for this access key');
    throw unrecognized('an access key that is not known here');
  }
  if (!isFresh(claim.signedAt, context.clock(), WINDOW_MS)) {
    throw invalid(`${claim.date}, which is more than 5 minutes from the server’s clock`, 'Set the clock');
  }
  if (claim.service !== SERVICE) throw invalid(`a credential for the service ${claim.service.slice(0, 40)}`);
  if (!verifySigV4(claim, found.secret, signedRequest(request, await context.body()))) {
    throw invalid('a signature that does not fit the request', 'Check the secret access key');
  }
  context.authorize(found.key);
}

function noClaim(headers: Headers): VendorError {
  const expected = 'an AWS4-HMAC-SHA256 signature over `host`, `x-amz-date` and `x-amz-target`';
  return headers.has('authorization')
    ? new VendorError('UNAUTHENTICATED', 'IncompleteSignatureException', {
        expected,
        received: 'an `Authorization` header in another form',
      })
    : new VendorError('UNAUTHENTICATED', 'MissingAuthenticationTokenException', {
        expected,
        received: 'none',
      });
}

function unrecognized(received: string): VendorError {
  return new VendorError('UNAUTHENTICATED', 'UnrecognizedClientException', { received });
}

function invalid(received: string, fix?: string): VendorError {
  return new VendorError('UNAUTHENTICATED', 'InvalidSignatureException', { received, ...(fix && { fix }) });
}
