/**
 * All shards into one result.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { BatchPlan, BatchRow } from '../types.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import type { Piece } from './types.ts';

/** Characters that are collected before they are written. */
const BLOCK = 1 << 18;

/**
 * Writes rows in a form. A file appears when it is whole.
 *
 * @param out the file, or the folder for forms of many files
 * @returns how many files were written
 * @throws FILE_WRITE_FAILED, and what the rows throw
 */
export async function merge(
  rows: AsyncIterable<BatchRow>,
  plan: BatchPlan,
  profile: ProfileName,
  out: string,
): Promise<number> {
  const { kind, write } = PROFILES[profile];
  let files = 0;
  let current: OpenFile | undefined;
  try {
    for await (const { file, content } of write(rows, plan)) {
      const path = kind === 'file' ? resolve(out) : join(resolve(out), file);
      if (current?.path !== path) {
        await current?.finish();
        current = await openFile(path);
        files++;
      }
      await current.write(content);
    }
    await current?.finish();
    return files;
  } catch (error) {
    await current?.drop();
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new PictorError('FILE_WRITE_FAILED', { received: error.message, cause: error });
  }
}

interface OpenFile {
  readonly path: string;
  write(content: Piece['content']): Promise<void>;
  finish(): Promise<void>;
  drop(): Promise<void>;
}

async function openFile(path: string): Promise<OpenFile> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}.tmp`;
  const file: FileHandle = await open(draft, 'wx');
  let block = '';
  const flush = async () => {
    const text = block;
    block = '';
    await file.writeFile(text);
  };
  return {
    path,
    async write(content) {
      if (typeof content === 'string') block += content;
      if (block.length > BLOCK || typeof content !== 'string') await flush();
      if (typeof content !== 'string') await file.writeFile(content);
    },
    async finish() {
      await flush();
      await file.close();
      await rename(draft, path);
    },
    async drop() {
      await file.close().catch(() => {});
      await rm(draft, { force: true });
    },
  };
}
