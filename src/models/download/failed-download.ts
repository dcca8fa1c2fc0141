import { PictorError } from '../../errors.ts';
import type { AttemptError } from './attempt-error.ts';

/**
 * What is said when no address has delivered.
 *
 * @param expected what was wanted
 * @param failures one for each address that was tried
 */
export function failedDownload(expected: string, failures: readonly AttemptError[]): PictorError {
  const allWrong = failures.length > 0 && failures.every(({ verdict }) => verdict === 'wrong');
  const waits = failures.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return new PictorError(allWrong ? 'MODEL_HASH_MISMATCH' : 'MODEL_DOWNLOAD_FAILED', {
    expected,
    received: failures.map(({ message }) => message).join('; ') || 'no address to try',
    fix: 'Check the network, or set PICTOR_MODEL_MIRROR, HF_ENDPOINT or HTTPS_PROXY; a new try continues where this one ended',
    ...(waits.length > 0 && { retryAfter: Math.ceil(Math.min(...waits) / 1000) }),
    cause: failures.at(-1),
  });
}
