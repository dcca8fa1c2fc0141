import { type FileHandle, open } from 'node:fs/promises';
import { throwIfAborted } from '../../base/bounded.ts';
import { PictorError } from '../../errors.ts';
import { checkBytes, formatBytes, tooLarge } from '../limits.ts';
import type { ImageLimits } from '../types.ts';
import { readChunks } from './chunks.ts';

/**
 * Reads a file, never more of it than `maxBytes`, even when it grows meanwhile or is a pipe.
 *
 * @throws IMAGE_NOT_FOUND, IMAGE_SOURCE_INVALID, IMAGE_EMPTY, IMAGE_TOO_LARGE, ABORTED
 */
export async function readFileBounded(
  path: string,
  limits: ImageLimits,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw unreadable(path, undefined, 'a folder');
    if (!stat.isFile()) {
      return await readChunks(file.createReadStream({ autoClose: false }), limits, { signal });
    }
    if (stat.size > limits.maxBytes) throw tooLarge(limits, formatBytes(stat.size));
    const bytes = await readUpTo(file, stat.size + 1, signal);
    checkBytes(bytes.byteLength, limits);
    return bytes;
  } finally {
    await file.close();
  }
}

/** One byte more than the file had is asked for, so that growth beyond the limit shows. */
async function readUpTo(file: FileHandle, room: number, signal?: AbortSignal): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(room);
  let filled = 0;
  while (filled < room) {
    throwIfAborted(signal);
    const { bytesRead } = await file.read(buffer, filled, room - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function unreadable(path: string, cause: unknown, received?: string): PictorError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return new PictorError('IMAGE_NOT_FOUND', { received: path, cause });
  return new PictorError('IMAGE_SOURCE_INVALID', {
    expected: 'a readable file',
    received: received === undefined ? `${path} (${String(code)})` : `${path}, ${received}`,
    cause,
  });
}
