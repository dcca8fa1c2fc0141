/**
 * One process at a time works on a model.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import { makeFolder } from './make-folder.ts';
import { errorCode, storeFailure } from './store-failure.ts';

const holderSchema = z.object({ token: z.string(), pid: z.int(), host: z.string() });

/** Who holds a lock. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

/** How long things take, in milliseconds. */
export interface LockTimes {
  /** Between two looks at a lock that another holds (default 200). */
  readonly pollMs: number;
  /** Between two signs of life of a holder (default 5 000). */
  readonly beatMs: number;
  /** Silence after which a holder on another machine, or one that cannot be asked, counts as dead (default 60 000). */
  readonly staleMs: number;
  /** Longest wait for another process (default 1 800 000). */
  readonly waitMs: number;
}

const LOCK_TIMES: LockTimes = { pollMs: 200, beatMs: 5_000, staleMs: 60_000, waitMs: 1_800_000 };

interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  readonly times?: Partial<LockTimes> | undefined;
  /** Hears, once, that another process is at work. */
  readonly onWaiting?: ((holder: LockHolder | undefined) => void) | undefined;
}

/**
 * Runs an action while no other process, and no other call in this one, does the same for this lock file. The lock of
 * a process that died is taken over.
 *
 * @param path the lock file
 * @throws MODEL_LOCKED when another process does not finish in time, MODEL_STORE_FAILED, and the signal's reason
 */
export async function withLock<T>(path: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  const times = { ...LOCK_TIMES, ...options.times };
  const holder: LockHolder = { token: randomUUID(), pid: process.pid, host: hostname() };
  await acquire(path, holder, times, options);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, times.beatMs);
  beat.unref();
  try {
    return await action();
  } finally {
    clearInterval(beat);
    const current = await readHolder(path);
    if (current?.token === holder.token) await rm(path, { force: true });
  }
}

async function acquire(
  path: string,
  holder: LockHolder,
  times: LockTimes,
  { signal, onWaiting }: LockOptions,
): Promise<void> {
  const deadline = Date.now() + times.waitMs;
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path, holder)) return;
    if (await takeOver(path, times)) continue;
    const current = await readHolder(path);
    if (!told) onWaiting?.(current);
    told = true;
    if (Date.now() >= deadline) {
      throw new PictorError('MODEL_LOCKED', {
        received: current ? `process ${current.pid} on ${current.host}` : path,
        fix: `Wait for it to end, or delete ${path} when it is gone`,
      });
    }
    await sleep(times.pollMs, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}

/** Creates a file that must not exist yet. */
async function create(path: string, holder: LockHolder): Promise<boolean> {
  try {
    await makeFolder(dirname(path));
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(holder));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw storeFailure(error, path);
  }
}

/**
 * Removes the lock of a dead holder. Only whoever holds the gate may remove a lock, and looks again before doing so:
 * otherwise the second of two heirs would remove the first one's new lock.
 *
 * @returns whether it is worth trying to lock again at once
 */
async function takeOver(path: string, times: LockTimes): Promise<boolean> {
  if (!(await isStale(path, times))) return false;
  const gate = `${path}.gate`;
  if (!(await create(gate, { token: randomUUID(), pid: process.pid, host: hostname() }))) {
    if (await isStale(gate, times)) await rm(gate, { force: true });
    return false;
  }
  try {
    if (!(await isStale(path, times))) return false;
    await rm(path, { force: true });
    return true;
  } finally {
    await rm(gate, { force: true });
  }
}

async function isStale(path: string, times: LockTimes): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return false;
  if (Date.now() - found.mtimeMs > times.staleMs) return true;
  const holder = await readHolder(path);
  return holder?.host === hostname() && !isAlive(holder.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return errorCode(error) === 'EPERM';
  }
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
