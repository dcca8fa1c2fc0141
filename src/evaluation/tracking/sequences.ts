/**
 * Folders of MOTChallenge sequences.
 *
 * @module
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { PictorError } from '../../errors.ts';
import { byFrame, type MotRow, parseMotText } from './mot-text.ts';
import { countedTruth } from './preprocess.ts';
import type { TrackBox, TrackedFrame } from './types.ts';

/** A file larger than this is no list of boxes of one sequence. */
const MAX_BYTES = 512 * 1024 * 1024;
/** A sequence longer than this (18 hours at 30 frames a second) is a mistake in a file. */
const MAX_FRAMES = 2_000_000;

/** One sequence with its truth. */
export interface TrackingSequence {
  readonly name: string;
  /** Frames a second, from `seqinfo.ini`; 30 where that is not there. */
  readonly frameRate: number;
  /** Rows of each frame, from frame 1. */
  readonly truth: readonly (readonly MotRow[])[];
  /** Detections of each frame; absent where the folder has none. */
  readonly detections?: readonly (readonly MotRow[])[];
}

/**
 * Reads a folder of sequences: `<sequence>/gt.txt` or `<sequence>/gt/gt.txt`, the same for `det`, plain or with `.gz`,
 * and `seqinfo.ini` where it is. A folder that is one sequence itself is read as one.
 *
 * @param folder path
 * @param every keeps frames 1, 1 + n, 1 + 2n … and renumbers them from 1 (default 1: all)
 * @throws DATASET_INVALID when there is no sequence, or a file is not what it should be
 * @example
 * const sequences = await readSequences('MOT15/train', { every: 3 });
 */
export async function readSequences(
  folder: string,
  { every = 1 }: { readonly every?: number } = {},
): Promise<TrackingSequence[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const received = `${folder} (${cause instanceof Error && 'code' in cause ? cause.code : cause})`;
    throw new PictorError('DATASET_INVALID', { expected: 'a folder of sequences', received, cause });
  });
  const own = await readSequence(folder, every);
  if (own) return [own];
  const sequences: TrackingSequence[] = [];
  for (const name of entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()) {
    const sequence = await readSequence(join(folder, name), every);
    if (sequence) sequences.push(sequence);
  }
  if (sequences.length > 0) return sequences;
  throw new PictorError('DATASET_INVALID', {
    expected: 'a folder with a gt.txt, or folders that have one',
    received: `none in ${folder}`,
  });
}

/**
 * Tracks of a sequence from a result file (`<folder>/<sequence>.txt`), laid over its truth.
 *
 * @param every the same thinning as that of the sequence
 * @throws DATASET_INVALID when the file is not there or not understood
 */
export async function readResults(
  folder: string,
  sequence: TrackingSequence,
  every = 1,
): Promise<TrackedFrame[]> {
  const found = await readOptional(folder, [
    `${sequence.name}.txt`,
    `${sequence.name}/${sequence.name}.txt`,
    `${sequence.name}/test.txt`,
  ]);
  if (!found) {
    throw new PictorError('DATASET_INVALID', {
      expected: `${sequence.name}.txt in ${folder}`,
      received: 'no such file',
      fix: 'A sequence without any track is an empty file',
    });
  }
  const rows = thin(found.rows, every);
  return pairWithTruth(sequence, byFrame(rows, sequence.truth.length));
}

/** Lays tracks over the truth of a sequence, without the boxes that do not count. */
export function pairWithTruth(
  sequence: TrackingSequence,
  tracks: readonly (readonly TrackBox[])[],
): TrackedFrame[] {
  return sequence.truth.map((truth, i) => countedTruth(truth, tracks[i] ?? []));
}

async function readSequence(folder: string, every: number): Promise<TrackingSequence | undefined> {
  const truth = await readOptional(folder, ['gt.txt', 'gt/gt.txt', 'gt.txt.gz', 'gt/gt.txt.gz']);
  if (!truth) return undefined;
  const detections = await readOptional(folder, ['det.txt', 'det/det.txt', 'det.txt.gz', 'det/det.txt.gz']);
  const info = await readFile(join(folder, 'seqinfo.ini'), 'utf8').catch(() => '');
  const number = (field: string) =>
    Number(new RegExp(`^\\s*${field}\\s*=\\s*([\\d.]+)\\s*$`, 'm').exec(info)?.[1]);
  const named = number('seqLength');
  const last = [...truth.rows, ...(detections?.rows ?? [])].reduce(
    (max, { frame }) => Math.max(max, frame),
    0,
  );
  const length = named > 0 ? Math.floor(named) : last;
  if (length > MAX_FRAMES) {
    throw new PictorError('DATASET_INVALID', {
      expected: `at most ${MAX_FRAMES} frames`,
      received: `${length} in ${folder}`,
    });
  }
  const frames = Math.ceil(length / every);
  return {
    name: basename(folder),
    frameRate: number('frameRate') > 0 ? number('frameRate') : 30,
    truth: byFrame(thin(truth.rows, every), frames),
    ...(detections && { detections: byFrame(thin(detections.rows, every), frames) }),
  };
}

function thin(rows: readonly MotRow[], every: number): MotRow[] {
  return rows
    .filter(({ frame }) => (frame - 1) % every === 0)
    .map((row) => ({ ...row, frame: (row.frame - 1) / every + 1 }));
}

async function readOptional(
  folder: string,
  names: readonly string[],
): Promise<{ readonly rows: MotRow[] } | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    return { rows: parseMotText(await readBounded(path, found.size), path) };
  }
  return undefined;
}

async function readBounded(path: string, size: number): Promise<string> {
  const tooLarge = (received: string) =>
    new PictorError('DATASET_INVALID', {
      expected: `at most ${MAX_BYTES / 1024 / 1024} MiB of text`,
      received,
    });
  if (size > MAX_BYTES) throw tooLarge(`${path} with ${Math.round(size / 1024 / 1024)} MiB`);
  const bytes = await readFile(path);
  if (!path.endsWith('.gz')) return bytes.toString('utf8');
  const text = await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES }).catch((cause: unknown) => {
    throw tooLarge(`${path} (${cause instanceof Error ? cause.message : cause})`);
  });
  return text.toString('utf8');
}
