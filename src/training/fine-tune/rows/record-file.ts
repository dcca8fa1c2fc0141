import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { PictorError } from '../../../errors.ts';

/** Rows of float32 values on disk, all of one length, each with a checksum. */
export interface RecordFile {
  /** Rows that are there and whole. */
  readonly count: number;
  /** Appends a row. @throws FILE_WRITE_FAILED */
  append(row: Float32Array): void;
  /** Reads a row into an array. @throws DATASET_INVALID when its checksum is wrong */
  read(index: number, into: Float32Array): void;
  close(): void;
}

const CHECKSUM_BYTES = 4;

/**
 * Opens a file of rows, or makes one. What the last writer left unfinished, or what was damaged, is cut off together
 * with all behind it, so that it is written again.
 *
 * @param length values of a row
 */
export function openRecordFile(path: string, length: number): RecordFile {
  const bytes = length * 4;
  const size = bytes + CHECKSUM_BYTES;
  const record = new Uint8Array(size);
  const checksum = new DataView(record.buffer, bytes);
  const fd = open(path);
  const load = (index: number): boolean =>
    readSync(fd, record, 0, size, index * size) === size &&
    crc32(record.subarray(0, bytes)) === checksum.getUint32(0, true);
  const there = Math.floor(fstatSync(fd).size / size);
  let count = 0;
  while (count < there && load(count)) count++;
  ftruncateSync(fd, count * size);
  return {
    get count() {
      return count;
    },
    append(row) {
      record.set(new Uint8Array(row.buffer, row.byteOffset, bytes));
      checksum.setUint32(0, crc32(record.subarray(0, bytes)), true);
      try {
        for (let at = 0; at < size; ) at += writeSync(fd, record, at, size - at, count * size + at);
      } catch (cause) {
        throw writeFailed(path, cause);
      }
      count++;
    },
    read(index, into) {
      if (index >= count || !load(index)) {
        throw new PictorError('DATASET_INVALID', {
          expected: `row ${index} of ${path} as it was written`,
          received: 'other bytes',
          fix: 'Delete the file and train again',
        });
      }
      into.set(new Float32Array(record.buffer, 0, length));
    },
    close: () => closeSync(fd),
  };
}

function open(path: string): number {
  try {
    // Unlike `a+`, this can write where it wants to.
    return openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw writeFailed(path, error);
  }
  try {
    return openSync(path, 'w+');
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

function writeFailed(path: string, cause: unknown): PictorError {
  return new PictorError('FILE_WRITE_FAILED', {
    expected: `to write ${path}`,
    received: cause instanceof Error ? cause.message : String(cause),
    fix: 'Free some space or name another folder',
    cause,
  });
}
