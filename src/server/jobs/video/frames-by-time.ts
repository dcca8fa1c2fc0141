/**
 * Lines of JSON that are sorted by time, read from a moment on: by halving the file, so that a look into a long video
 * costs as much as one into a short one.
 *
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises';

/** What is wanted of a file of frames. */
export interface FrameQuery {
  /** Seconds; the first frame is not before. */
  readonly from: number;
  /** Seconds; the last frame is before. */
  readonly to: number;
  /** Frames, at most. */
  readonly limit: number;
  /** Only frames in which something was found. */
  readonly found: boolean;
}

/** A part of a file of frames. */
export interface FramePage {
  /** Each a JSON object, as it was written. */
  readonly lines: readonly string[];
  /** Seconds from which to read on; absent where nothing more is there yet. */
  readonly next?: number;
}

/** Halving ends when so few bytes are left. */
const NEAR = 64 * 1024;
/** No line is longer: a frame has a hundred boxes at most. */
const MAX_LINE = 256 * 1024;
/** Bytes that one request reads and answers with, at most. */
const MAX_SCANNED = 8 * 1024 * 1024;
const MAX_ANSWER = 2 * 1024 * 1024;

/**
 * Reads frames by time. A file that is still being written is read up to its last whole line.
 *
 * @param path lines that begin `{"frame":…,"time":…`, sorted by time
 */
export async function framesByTime(path: string, query: FrameQuery): Promise<FramePage> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return await scan(file, await findStart(file, size, query.from), size, query);
  } finally {
    await file.close();
  }
}

/** Offset of a line before or at the first one that is wanted. */
async function findStart(file: FileHandle, size: number, from: number): Promise<number> {
  let [low, high] = [0, size];
  while (high - low > NEAR) {
    const middle = Math.floor((low + high) / 2);
    const text = await read(file, middle, Math.min(MAX_LINE, high - middle));
    const start = text.indexOf(0x0a) + 1;
    const time = start === 0 ? undefined : timeOf(text.toString('latin1', start, start + 100));
    if (time !== undefined && time < from) low = middle + start;
    else high = middle;
  }
  return low;
}

async function scan(file: FileHandle, start: number, size: number, query: FrameQuery): Promise<FramePage> {
  const { from, to, limit, found } = query;
  const lines: string[] = [];
  let rest = Buffer.alloc(0);
  let taken = 0;
  for (let at = start; at < size; at += NEAR) {
    const chunk = await read(file, at, Math.min(NEAR, size - at));
    const parts = Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = parts.indexOf(0x0a); end !== -1; end = parts.indexOf(0x0a, begin)) {
      const line = parts.toString('utf8', begin, end);
      begin = end + 1;
      const time = timeOf(line) ?? Number.NEGATIVE_INFINITY;
      if (time < from) continue;
      if (time >= to) return { lines };
      if (lines.length >= limit || taken > MAX_ANSWER || at - start > MAX_SCANNED)
        return { lines, next: time };
      if (found && /"(?:objects|labels)":\[\]/.test(line)) continue;
      lines.push(line);
      taken += line.length;
    }
    rest = parts.subarray(begin);
  }
  return { lines };
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function timeOf(line: string): number | undefined {
  const time = /^\{"frame":\d+,"time":(-?[\d.e-]+)/.exec(line)?.[1];
  return time === undefined ? undefined : Number(time);
}
