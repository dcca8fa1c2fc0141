import { timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { bounded } from '../../base/bounded.ts';
import { PictorError, toPictorError } from '../../errors.ts';
import type { Logger } from '../observe/logger.ts';
import {
  hashSecret,
  type KeyInput,
  parseKeys,
  parseKeysVariable,
  type StoredKey,
  storeKeys,
} from './key-file.ts';
import type { KeyRing } from './types.ts';

/** How often at most the key file's time stamp is looked at. */
const LOOK_EVERY_MS = 1000;

/** How long a request waits for a look at the key file: a local one takes less than 1 ms. */
const WAIT_MS = 100;

/** Instead of a version. */
const ABSENT = 'absent';

export interface KeyStoreOptions {
  /** JSON or YAML file, read again when it changes. */
  readonly file?: string | undefined;
  /** Value of `PICTOR_KEYS`. */
  readonly variable?: string | undefined;
  /** Keys given as values. */
  readonly keys?: readonly KeyInput[] | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly logger: Logger;
}

export interface KeyStore extends KeyRing {
  /** Whether any source of keys was named; an empty file still asks for keys, and so lets nobody in. */
  readonly configured: boolean;
  /**
   * Reads the file again if it changed, and waits for that at most 100 ms. A file that became unreadable or wrong leaves the
   * keys as they were; one that is empty or gone holds no keys.
   */
  refresh(): Promise<void>;
}

/**
 * Opens the key store.
 *
 * Rotation needs no restart: the file is looked at no more than once a second, when a request comes, so it also works in
 * functions, which are frozen between requests.
 *
 * @throws CONFIG_INVALID when a source cannot be read at the start
 */
export function createKeyStore(options: KeyStoreOptions): KeyStore {
  const { file, clock, logger } = options;
  const fixed = [
    ...(options.keys === undefined ? [] : storeKeys(options.keys, 'the keys')),
    ...(options.variable === undefined ? [] : parseKeysVariable(options.variable, 'PICTOR_KEYS')),
  ];
  let version = '';
  let lookedAt = clock();
  let refreshing: Promise<void> | undefined;
  let keys = distinct(fixed, file === undefined ? [] : readAtStart(file));

  function readAtStart(path: string): StoredKey[] {
    try {
      version = versionOf(statSync(path));
      return parseKeys(readFileSync(path, 'utf8'), path);
    } catch (thrown) {
      if (thrown instanceof PictorError) throw thrown;
      throw new PictorError('CONFIG_INVALID', { expected: `a readable key file at ${path}`, cause: thrown });
    }
  }

  async function readAgain(path: string): Promise<void> {
    try {
      const found = await stat(path).then(versionOf, absent);
      if (found === version) return;
      const text = found === ABSENT ? '' : await readFile(path, 'utf8');
      // Who empties or removes the file takes every key in it back.
      keys = distinct(fixed, text.trim() === '' ? [] : parseKeys(text, path));
      version = found;
      logger.info({ keys: keys.length }, 'key file read again');
    } catch (thrown) {
      logger.error(
        { error: toPictorError(thrown).message },
        'key file cannot be read; the keys stay as they were',
      );
    }
  }

  const alive = ({ key }: StoredKey) => key.notAfter === undefined || clock() < key.notAfter;

  return {
    configured: file !== undefined || options.variable !== undefined || options.keys !== undefined,
    async refresh() {
      if (file === undefined) return;
      const now = clock();
      const stale = Math.abs(now - lookedAt) >= LOOK_EVERY_MS;
      // Somebody looks already: a file system that does not answer must not hold up each request in turn.
      if (refreshing !== undefined || !stale) return;
      lookedAt = now;
      refreshing = readAgain(file).finally(() => {
        refreshing = undefined;
      });
      await bounded(refreshing, { timeoutMs: WAIT_MS, onTimeout: () => new PictorError('INTERNAL') }).catch(
        () => {},
      );
    },
    authenticate(secret) {
      const hash = hashSecret(secret);
      let owner: StoredKey | undefined;
      // No early exit: the time must not tell which key, or how much of one, fits.
      for (const candidate of keys) if (timingSafeEqual(candidate.hash, hash)) owner = candidate;
      return owner !== undefined && alive(owner) ? owner.key : undefined;
    },
    findSecret(id) {
      const candidate = keys.find(({ key }) => key.id === id);
      if (candidate === undefined) return { found: false, reason: 'unknown' };
      if (!alive(candidate)) return { found: false, reason: 'expired' };
      if (candidate.secret === undefined) return { found: false, reason: 'hashed' };
      return { found: true, key: candidate.key, secret: candidate.secret };
    },
    findPublicKey(id) {
      const candidate = keys.find(({ key }) => key.id === id);
      if (candidate?.publicKey === undefined || !alive(candidate)) return undefined;
      return { key: candidate.key, publicKey: candidate.publicKey };
    },
    list: () => keys.map(({ key }) => key),
  };
}

function versionOf({ mtimeMs, size, ino }: { mtimeMs: number; size: number; ino: number }): string {
  return `${mtimeMs}:${size}:${ino}`;
}

function absent(thrown: unknown): string {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return ABSENT;
  throw thrown;
}

function distinct(...groups: readonly (readonly StoredKey[])[]): readonly StoredKey[] {
  const byId = new Map<string, StoredKey>();
  for (const stored of groups.flat()) {
    if (byId.has(stored.key.id)) {
      throw new PictorError('CONFIG_INVALID', {
        expected: 'every key id in one place only',
        received: stored.key.id,
        fix: 'Remove it from the key file or from PICTOR_KEYS',
      });
    }
    byId.set(stored.key.id, stored);
  }
  return [...byId.values()];
}
