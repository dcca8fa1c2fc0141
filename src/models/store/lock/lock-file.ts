/**
 * The file of a lock: written in one step, looked at, taken away.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { makeFolder } from '../make-folder.ts';
import { errorCode } from '../store-failure.ts';
import { ownMark } from './process-space.ts';

const holderSchema = z.object({
  token: z.string(),
  pid: z.int(),
  host: z.string(),
  space: z.string().exactOptional(),
  began: z.string().exactOptional(),
});

/** Who holds a lock. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

/** A lock that this process holds. */
export interface HeldLock {
  /** Open, so that signs of life reach this lock and never the one of a successor. */
  readonly file: FileHandle;
  readonly token: string;
}

/** A lock as it was seen. */
export interface LockSight {
  /** Undefined for a file that names nobody. */
  readonly holder: LockHolder | undefined;
  /** The same as long as it is the same lock. */
  readonly identity: string;
  /** Changes with every sign of life. */
  readonly sign: string;
  /** Milliseconds since its last change by the file system's own clock, whatever time the machines believe it is. */
  readonly ageMs: () => Promise<number>;
}

/** What file systems say that have no links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Puts a lock there, with its content, in one step.
 *
 * @param path the lock file
 * @returns undefined when there is one already
 * @throws the file system's own errors; nothing stays behind then
 */
export async function createLock(path: string): Promise<HeldLock | undefined> {
  // Most of the time a look is enough, and leaves nothing behind when this process is killed.
  if (await stat(path).catch(() => undefined)) return undefined;
  await makeFolder(dirname(path));
  const holder: LockHolder = { token: randomUUID(), pid: process.pid, host: hostname(), ...ownMark() };
  const text = JSON.stringify(holder);
  const draft = `${path}.${holder.token}`;
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(text);
    await link(draft, path);
    return { file, token: holder.token };
  } catch (error) {
    await file.close();
    if (NO_LINKS.has(errorCode(error) ?? '')) return await createInPlace(path, text, holder.token);
    if (errorCode(error) === 'EEXIST') return undefined;
    // A holder that cleaned up took the draft away.
    if (errorCode(error) === 'ENOENT' && !(await stat(draft).catch(() => undefined))) return undefined;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function createInPlace(path: string, text: string, token: string): Promise<HeldLock | undefined> {
  const file = await open(path, 'wx').catch((error: unknown) => {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  });
  try {
    await file?.writeFile(text);
    return file && { file, token };
  } catch (error) {
    await file?.close();
    await rm(path, { force: true });
    throw error;
  }
}

/** Looks at a lock; undefined when there is none. Opening it makes network file systems fetch what is new. */
export async function seeLock(path: string): Promise<LockSight | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    const holder = parseHolder(await file.readFile('utf8'));
    const { ino, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
    const identity = `${ino}:${holder?.token}`;
    return {
      holder,
      identity,
      sign: `${identity}:${mtimeNs}:${ctimeNs}`,
      ageMs: async () => Number(((await fileSystemNow(path)) ?? ctimeNs) - ctimeNs) / 1e6,
    };
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/**
 * Takes the lock of a holder that is gone out of the way. Of several heirs one gets it; an heir that caught the lock of
 * a quicker one puts it back.
 *
 * @param identity of the lock that is meant
 */
export async function takeLockAway(path: string, identity: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await seeLock(aside))?.identity !== identity) await link(aside, path).catch(() => {});
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Gives a lock back, with the drafts of processes that died while they were writing theirs. */
export async function releaseLock(path: string, { file, token }: HeldLock): Promise<void> {
  await file.close();
  if ((await seeLock(path))?.holder?.token !== token) return;
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    if (name.startsWith(`${basename(path)}.`)) await rm(join(dirname(path), name), { force: true });
  }
  await rm(path, { force: true });
}

/** What time a new file gets here, in nanoseconds. */
async function fileSystemNow(path: string): Promise<bigint | undefined> {
  const probe = `${path}.${randomUUID()}`;
  try {
    await writeFile(probe, '');
    return (await stat(probe, { bigint: true })).ctimeNs;
  } catch {
    return undefined;
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
