/**
 * One writer at a time works on a model, as far as that can be had.
 *
 * The lock saves work; it does not carry correctness. A holder may sleep, lose the lock, and wake up: each writer has
 * part files of its own, and models become visible by one rename. So the lock need not ask what cannot be known across
 * machines and containers: whether a process number lives elsewhere, or what time it is there. A holder touches its lock
 * now and then; whoever waits watches for that, with its own stopwatch.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PictorError } from '../../../errors.ts';
import { errorCode, storeFailure } from '../store-failure.ts';
import {
  createLock,
  type HeldLock,
  type LockSight,
  releaseLock,
  seeLock,
  takeLockAway,
} from './lock-file.ts';
import { isKnownDead } from './process-space.ts';

/** How long things take, in milliseconds. */
export interface LockTimes {
  /** Between two looks at a lock that another holds (default 200). */
  readonly pollMs: number;
  /** Between two signs of life of a holder (default 2 000). */
  readonly beatMs: number;
  /** Silence after which a holder counts as gone (default 20 000). */
  readonly staleMs: number;
  /** The same for a lock that names no holder (default 1 000). */
  readonly namelessMs: number;
  /** Longest wait for another process (default 1 800 000). */
  readonly waitMs: number;
}

const LOCK_TIMES: LockTimes = {
  pollMs: 200,
  beatMs: 2_000,
  staleMs: 20_000,
  namelessMs: 1_000,
  waitMs: 1_800_000,
};

export interface LockOptions<T> {
  readonly signal?: AbortSignal | undefined;
  readonly times?: Partial<LockTimes> | undefined;
  /** Hears, once, that another process is at work. */
  readonly onWaiting?: (() => void) | undefined;
  /** Looks whether there is something left to do; what it gives ends the wait. */
  readonly done?: (() => Promise<T | undefined>) | undefined;
  /** Goes on without the lock where there is no room to write one: things can still be removed from a full disk. */
  readonly optional?: boolean | undefined;
}

type Outcome<T> =
  | { readonly kind: 'held'; readonly lock: HeldLock }
  | { readonly kind: 'none' }
  | { readonly kind: 'done'; readonly value: T };

/**
 * Runs an action while no other process, and no other call in this one, does the same for this lock file. The lock of
 * a holder that is gone is taken over.
 *
 * @param path the lock file
 * @throws MODEL_LOCKED when another process does not finish in time, MODEL_STORE_FAILED, and the signal's reason
 */
export async function withLock<T>(
  path: string,
  options: LockOptions<T>,
  action: () => Promise<T>,
): Promise<T> {
  const times = { ...LOCK_TIMES, ...options.times };
  const outcome = await acquire(path, times, options);
  if (outcome.kind === 'done') return outcome.value;
  if (outcome.kind === 'none') return action();
  const { lock } = outcome;
  const beat = setInterval(() => {
    const now = new Date();
    lock.file.utimes(now, now).catch(() => {});
  }, times.beatMs);
  beat.unref();
  try {
    return await action();
  } finally {
    clearInterval(beat);
    await releaseLock(path, lock);
  }
}

async function acquire<T>(path: string, times: LockTimes, options: LockOptions<T>): Promise<Outcome<T>> {
  const { signal, onWaiting } = options;
  const silence = watchSilence(times);
  let waited = 0;
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const lock = await createLock(path);
      if (lock) return { kind: 'held', lock };
      const sight = await seeLock(path);
      if (sight && (await silence.isOver(sight))) {
        await takeLockAway(path, sight.identity);
        continue;
      }
      if (!told) onWaiting?.();
      told = true;
    } catch (error) {
      if (options.optional && ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '')) return { kind: 'none' };
      throw storeFailure(error, path);
    }
    const value = await options.done?.();
    if (value !== undefined) return { kind: 'done', value };
    if (waited >= times.waitMs) throw await lockedError(path);
    await sleep(times.pollMs, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    waited += times.pollMs;
  }
}

async function lockedError(path: string): Promise<PictorError> {
  const holder = (await seeLock(path))?.holder;
  return new PictorError('MODEL_LOCKED', {
    received: holder ? `process ${holder.pid} on ${holder.host}` : path,
    fix: `Wait for it to end, or delete ${path} when it is gone`,
  });
}

/** Judges by what one waiter sees whether the holder of a lock is gone. */
function watchSilence(times: LockTimes) {
  let last: string | undefined;
  let silentMs = 0;
  let silentBeforeMs: number | undefined;
  let lookedAt = performance.now();
  return {
    async isOver({ holder, sign, ageMs }: LockSight): Promise<boolean> {
      const now = performance.now();
      // A waiter that slept has not watched: only what lies between two looks close together counts.
      const watchedMs = Math.min(now - lookedAt, 2 * times.pollMs);
      lookedAt = now;
      if (sign === last) silentMs += watchedMs;
      else [silentMs, silentBeforeMs, last] = [0, undefined, sign];
      if (holder === undefined) return silentMs >= times.namelessMs;
      if (isKnownDead(holder.pid, holder) || silentMs >= times.staleMs) return true;
      // Silent since long before this waiter came; a holder that has just woken up gets the time for one sign of life.
      const fairMs = Math.min(1.5 * times.beatMs, times.waitMs);
      if (silentMs < fairMs) return false;
      silentBeforeMs ??= (await ageMs()) - silentMs;
      return silentBeforeMs + silentMs >= times.staleMs;
    },
  };
}
