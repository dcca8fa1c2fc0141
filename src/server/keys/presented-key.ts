import { PictorError } from '../../errors.ts';
import type { Key, KeyRing } from './types.ts';

/**
 * The key that a native request carries, as `Authorization: Bearer …` or `X-Api-Key: …`.
 *
 * @param headers request headers
 * @param keys where to look it up
 * @throws UNAUTHENTICATED
 */
export function presentedKey(headers: Headers, keys: KeyRing): Key {
  const secret = bearer(headers.get('authorization')) ?? headers.get('x-api-key')?.trim();
  if (!secret) {
    throw new PictorError('UNAUTHENTICATED', {
      expected: 'a key as `Authorization: Bearer …` or `X-Api-Key: …`',
      received: 'none',
    });
  }
  const key = keys.authenticate(secret);
  if (key === undefined)
    throw new PictorError('UNAUTHENTICATED', { received: 'a key that is not valid here' });
  return key;
}

function bearer(header: string | null): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}
