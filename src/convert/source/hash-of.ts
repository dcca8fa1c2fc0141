import { createHash } from 'node:crypto';
import type { ByteSource } from './byte-source.ts';

const HASH_STEP = 4 * 1024 * 1024;

/** SHA-256 of a whole source, read in parts. */
export function hashOf(source: ByteSource): string {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += HASH_STEP) {
    hash.update(source.read(at, Math.min(HASH_STEP, source.size - at)));
  }
  return hash.digest('hex');
}
