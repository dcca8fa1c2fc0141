import { PictorError } from '../../../errors.ts';

/** The error for a queue that cannot be reached. */
export function unreachable(address: string, cause: unknown): PictorError {
  const { protocol, host } = new URL(address);
  return new PictorError('BATCH_QUEUE_FAILED', {
    expected: `a queue at ${protocol}//${host}`,
    received: cause instanceof Error ? cause.message || cause.name : String(cause),
    fix: 'Start it, or correct --queue; without --queue this machine works alone',
    cause,
  });
}
