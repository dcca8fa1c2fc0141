/**
 * Random access to the bytes of a model file, on disk or in memory: large files are never held whole.
 *
 * @module
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PictorError } from '../../errors.ts';

/** Bytes that can be read in any order. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /**
   * @param at offset of the first byte
   * @param length number of bytes; all of them have to be there
   * @returns bytes that the caller may keep but not change
   * @throws CONVERT_INPUT_INVALID when the range is not inside the source
   */
  read(at: number, length: number): Uint8Array;
  close(): void;
}

/** Reads up to this many bytes go through a window, so that a format of many small records costs few system calls. */
const SMALL_READ = 4096;
const WINDOW = 128 * 1024;

/** Bytes in memory as a {@link ByteSource}; what it reads are views. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read(at, length) {
      requireRange(at, length, bytes.byteLength);
      return bytes.subarray(at, at + length);
    },
    close: () => undefined,
  };
}

/**
 * A file as a {@link ByteSource}. The caller closes it.
 *
 * @throws the file system's own errors
 */
export function fileSource(path: string): ByteSource {
  const descriptor = openSync(path, 'r');
  const { size } = fstatSync(descriptor);
  let window = { at: 0, bytes: new Uint8Array() };
  const load = (at: number, length: number) => {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(descriptor, bytes, done, length - done, at + done);
      if (count === 0) throw outOfRange(at, length, at + done);
      done += count;
    }
    return bytes;
  };
  return {
    size,
    read(at, length) {
      requireRange(at, length, size);
      if (length > SMALL_READ) return load(at, length);
      const { at: start, bytes } = window;
      if (at < start || at + length > start + bytes.byteLength) {
        window = { at, bytes: load(at, Math.min(WINDOW, size - at)) };
      }
      const from = at - window.at;
      return window.bytes.subarray(from, from + length);
    },
    close: () => closeSync(descriptor),
  };
}

/** A part of a source as a source of its own. Closing it closes nothing. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  requireRange(start, size, source.size);
  return {
    size,
    read(at, length) {
      requireRange(at, length, size);
      return source.read(start + at, length);
    },
    close: () => undefined,
  };
}

function requireRange(at: number, length: number, size: number): void {
  const inside =
    Number.isSafeInteger(at) && Number.isSafeInteger(length) && at >= 0 && length >= 0 && at + length <= size;
  if (!inside) throw outOfRange(at, length, size);
}

function outOfRange(at: number, length: number, size: number): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: `${length} bytes at offset ${at}`,
    received: `a file of ${size} bytes`,
    fix: 'Download or export the file again',
  });
}
