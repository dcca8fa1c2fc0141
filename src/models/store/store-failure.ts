/**
 * What the file system says, in words that help.
 *
 * @module
 */
import { isPictorError, PictorError } from '../../errors.ts';

const FIXES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free disk space, or set PICTOR_HOME to a folder on another disk',
  EDQUOT: 'Free disk space, or set PICTOR_HOME to a folder on another disk',
  EACCES: 'Set PICTOR_HOME to a folder that can be written',
  EPERM: 'Set PICTOR_HOME to a folder that can be written',
  EROFS: 'Set PICTOR_HOME to a folder that can be written',
  ENOTDIR: 'Set PICTOR_HOME to a folder that can be written',
};

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'a full disk',
  EDQUOT: 'an exhausted disk quota',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only file system',
  ENOTDIR: 'a file where a folder belongs',
};

/**
 * Makes a `MODEL_STORE_FAILED` of a file system error; Pictor's own errors pass through.
 *
 * @param error what was caught
 * @param path the file or folder it happened at
 */
export function storeFailure(error: unknown, path: string): PictorError {
  if (isPictorError(error)) return error;
  const code = errorCode(error) ?? '';
  const said = error instanceof Error ? error.message : String(error);
  const fix = FIXES[code];
  return new PictorError('MODEL_STORE_FAILED', {
    received: WORDS[code] ? `${WORDS[code]} at ${path} (${code})` : `${said} at ${path}`,
    ...(fix && { fix }),
    cause: error,
  });
}

/** Runs a file system action; its failure becomes a {@link storeFailure}. */
export async function storing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw storeFailure(error, path);
  }
}

/** The `code` of a system error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
