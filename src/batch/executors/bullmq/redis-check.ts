import type { Redis } from 'ioredis';
import { PictorError } from '../../../errors.ts';
import { unreachable } from './unreachable.ts';

/** Milliseconds that Redis has to answer at the start. */
const PATIENCE_MS = 5_000;

/**
 * Refuses a Redis that would lose jobs: one that evicts keys when memory is short, or keeps nothing on disk.
 *
 * @throws BATCH_QUEUE_FAILED with the line to set
 */
export async function requireSafeRedis(address: string, Client: typeof Redis): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  const client = new Client(address, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    // It may be on its way back.
    maxRetriesPerRequest: null,
    retryStrategy: () => (performance.now() < until ? 250 : null),
  });
  let last: unknown;
  client.on('error', (error) => {
    last = error;
  });
  try {
    await client.connect().catch(() => client.ping());
    const info = `${await client.info('memory')}\n${await client.info('persistence')}`;
    requireValue(info, 'maxmemory_policy', 'noeviction', 'redis-cli CONFIG SET maxmemory-policy noeviction');
    requireValue(info, 'aof_enabled', '1', 'redis-cli CONFIG SET appendonly yes');
  } catch (error) {
    throw error instanceof PictorError ? error : unreachable(address, last ?? error);
  } finally {
    client.disconnect();
  }
}

function requireValue(info: string, name: string, wanted: string, line: string): void {
  const found = new RegExp(`^${name}:(\\S*)`, 'm').exec(info)?.[1];
  // A service that hides the setting has made it itself.
  if (found === undefined || found === wanted) return;
  throw new PictorError('BATCH_QUEUE_FAILED', {
    expected: `Redis with ${name} ${wanted}, so that it loses no jobs`,
    received: found,
    fix: `Set it, also in redis.conf: ${line}`,
  });
}
