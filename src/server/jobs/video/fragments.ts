/**
 * Where the fragments of a growing MP4 are (ISO/IEC 14496-12, section 8.8).
 *
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises';

/** A part of a file that can be played once the beginning is known. */
export interface Fragment {
  readonly offset: number;
  readonly bytes: number;
  /** Seconds. */
  readonly duration: number;
}

/** A fragmented file as far as it is complete. */
export interface Fragments {
  /** Bytes before the first fragment: what every player reads first. */
  readonly header: number;
  readonly fragments: readonly Fragment[];
}

/** Ticks a second in the files that Pictor writes. */
const TIMESCALE = 90_000;
/** The list of a fragment's frames is read into memory: a few bytes for each of some hundred. */
const MAX_LIST = 1024 * 1024;

interface Box {
  readonly type: string;
  readonly at: number;
  readonly size: number;
}

/**
 * Lists the fragments that are complete.
 *
 * @param path of a fragmented MP4 whose first track is the picture
 */
export async function fragmentsOf(path: string): Promise<Fragments> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const fragments: Fragment[] = [];
    let header = 0;
    let list: Box | undefined;
    for (let at = 0; at + 8 <= size; ) {
      const box = await boxAt(file, at);
      if (box.size < 8 || at + box.size > size) break;
      at += box.size;
      if (box.type === 'moov') header = at;
      if (box.type === 'moof') list = box;
      if (box.type !== 'mdat' || list === undefined || list.size > MAX_LIST) continue;
      const { buffer } = await file.read(Buffer.alloc(list.size), 0, list.size, list.at);
      fragments.push({ offset: list.at, bytes: at - list.at, duration: durationOf(buffer) });
      list = undefined;
    }
    return { header, fragments };
  } finally {
    await file.close();
  }
}

async function boxAt(file: FileHandle, at: number): Promise<Box> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, at);
  const small = buffer.readUInt32BE(0);
  // 1 stands for a size of eight bytes after the type.
  const size = small === 1 && bytesRead === 16 ? Number(buffer.readBigUInt64BE(8)) : small;
  return { type: buffer.toString('latin1', 4, 8), at, size };
}

/** Boxes within a box. */
function* boxesIn(bytes: Buffer): Generator<{ readonly type: string; readonly body: Buffer }, void> {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    if (size < 8 || at + size > bytes.length) return;
    yield { type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) };
    at += size;
  }
}

/** Seconds of the picture in a fragment, from its `moof`. */
function durationOf(moof: Buffer): number {
  const track = [...boxesIn(moof.subarray(8))].find(({ type }) => type === 'traf');
  let usual = 0;
  let ticks = 0;
  for (const { type, body } of track ? boxesIn(track.body) : []) {
    if (type === 'tfhd') usual = usualDuration(body);
    if (type === 'trun') ticks += runDuration(body, usual);
  }
  return ticks / TIMESCALE;
}

/** Duration of a frame that does not say its own (`tfhd`). */
function usualDuration(body: Buffer): number {
  const flags = body.readUIntBE(1, 3);
  const at = 8 + (flags & 0x01 ? 8 : 0) + (flags & 0x02 ? 4 : 0);
  return flags & 0x08 && body.length >= at + 4 ? body.readUInt32BE(at) : 0;
}

/** Durations of the frames in a run (`trun`). */
function runDuration(body: Buffer, usual: number): number {
  const flags = body.readUIntBE(1, 3);
  const count = body.readUInt32BE(4);
  if ((flags & 0x100) === 0) return count * usual;
  const start = 8 + (flags & 0x01 ? 4 : 0) + (flags & 0x04 ? 4 : 0);
  const step = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
  let ticks = 0;
  for (let at = start; at + 4 <= body.length; at += step) ticks += body.readUInt32BE(at);
  return ticks;
}
