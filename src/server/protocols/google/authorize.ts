import type { Key } from '../../keys/types.ts';
import { VendorError } from '../shared/vendor-error.ts';
import type { ProtocolContext } from '../types.ts';
import {
  isCurrent,
  readServiceAccountToken,
  type ServiceAccountToken,
  verifyServiceAccountToken,
} from './service-account.ts';

/**
 * Lets in a request with an API key, a bearer token, or a token that a service account signed for itself. None needs the
 * body.
 *
 * @throws UNAUTHENTICATED with one of the vendor's reasons; FORBIDDEN, RATE_LIMITED
 */
export function authorize(request: Request, context: ProtocolContext): void {
  const { headers } = request;
  const token = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  const apiKey = headers.get('x-goog-api-key') ?? new URL(request.url).searchParams.get('key');
  if (token !== undefined) context.authorize(ownerOf(token, context));
  else if (apiKey)
    context.authorize(known(context.keys.authenticate(apiKey), 'API_KEY_INVALID', 'an API key'));
  else throw unauthenticated('CREDENTIALS_MISSING', 'none');
}

function ownerOf(token: string, context: ProtocolContext): Key {
  const signed = readServiceAccountToken(token);
  if (signed !== undefined) return accountOf(signed, context);
  return known(context.keys.authenticate(token), 'ACCESS_TOKEN_TYPE_UNSUPPORTED', 'a token');
}

function accountOf(token: ServiceAccountToken, { keys, clock }: ProtocolContext): Key {
  const found = keys.findPublicKey(token.issuer);
  const fits = found !== undefined && verifyServiceAccountToken(token, found.publicKey);
  if (!fits)
    throw unauthenticated('ACCOUNT_STATE_INVALID', 'a token of a service account that is not known here');
  if (!isCurrent(token, clock())) {
    throw unauthenticated('ACCESS_TOKEN_EXPIRED', 'a token that is not valid at this time');
  }
  return found.key;
}

function known(key: Key | undefined, reason: string, what: string): Key {
  if (key !== undefined) return key;
  throw unauthenticated(reason, `${what} that is not valid here`);
}

function unauthenticated(reason: string, received: string): VendorError {
  return new VendorError('UNAUTHENTICATED', reason, {
    expected: 'an API key, an access token or a token of a service account',
    received,
  });
}
