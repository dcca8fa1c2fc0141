import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { Place } from './types.ts';

/** Unfinished files lie here, so that a listing never shows one. */
const UNFINISHED = '.unfinished';

/**
 * A folder on this machine, or on one that several share.
 *
 * @param folder absolute path; made when something is written
 */
export function localPlace(folder: string): Place {
  async function whole(name: string, make: (draft: string) => Promise<void>): Promise<void> {
    const draft = join(folder, UNFINISHED, `${name}.${randomUUID()}`);
    try {
      await mkdir(join(folder, UNFINISHED), { recursive: true });
      await make(draft);
      await rename(draft, join(folder, name));
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw writeFailure(error, join(folder, name));
    }
  }
  return {
    url: folder,
    async read(name, range) {
      const path = join(folder, name);
      try {
        if (range === undefined) return await readFile(path);
        const file = await open(path, 'r');
        try {
          const buffer = Buffer.alloc(range.end - range.start);
          const { bytesRead } = await file.read(buffer, 0, buffer.length, range.start);
          return buffer.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
        throw new PictorError('BATCH_STORAGE_FAILED', {
          received: `${messageOf(error)} at ${path}`,
          cause: error,
        });
      }
    },
    write: (name, content) => whole(name, (draft) => writeFile(draft, content, { flush: true })),
    writeFile: (name, path) => whole(name, (draft) => copyFile(path, draft)),
    async list(prefix) {
      const names = await readdir(folder).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return [];
        throw new PictorError('BATCH_STORAGE_FAILED', {
          received: `${messageOf(error)} at ${folder}`,
          cause: error,
        });
      });
      const entries = names.filter((name) => name.startsWith(prefix) && name !== UNFINISHED);
      const found = await Promise.all(
        entries.map(async (name) => ({ name, is: await stat(join(folder, name)).catch(() => undefined) })),
      );
      return found.flatMap(({ name, is }) =>
        is?.isFile() ? [{ name, bytes: is.size, modifiedMs: is.mtimeMs }] : [],
      );
    },
    remove: (name) => rm(join(folder, name), { force: true }),
  };
}

function writeFailure(error: unknown, path: string): PictorError {
  const full = codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
  return new PictorError('FILE_WRITE_FAILED', {
    received: full ? `a full disk at ${path}` : `${messageOf(error)} at ${path}`,
    fix: full
      ? 'Free disk space and run the same command again: finished shards are kept'
      : 'Choose a folder that can be written',
    cause: error,
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
