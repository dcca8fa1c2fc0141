/**
 * The rows of a run in the forms that other tools read.
 *
 * @module
 */
import type { BatchRow } from '../types.ts';
import { coco } from './coco.ts';
import { csv } from './csv.ts';
import { googleVision } from './google-vision.ts';
import { labelStudio } from './label-studio.ts';
import { rekognition } from './rekognition.ts';
import type { OutputProfile, Piece } from './types.ts';
import { yolo } from './yolo.ts';

async function* jsonLines(rows: AsyncIterable<BatchRow>): AsyncGenerator<Piece> {
  for await (const row of rows) yield { file: 'rows.jsonl', content: `${JSON.stringify(row)}\n` };
}

/** Loaded when it is asked for: its writer is a package that only its users install. */
async function* parquet(rows: AsyncIterable<BatchRow>): AsyncGenerator<Piece> {
  const { parquetFile } = await import('./parquet.ts');
  yield* parquetFile(rows);
}

export const PROFILES = {
  jsonl: { kind: 'file', about: 'one JSON object for each input', write: jsonLines },
  csv: { kind: 'file', about: 'one line for each label, or for each failure', write: csv },
  parquet: { kind: 'file', about: 'one row for each input, with its answer as JSON', write: parquet },
  rekognition: { kind: 'file', about: 'the manifest of Rekognition bulk analysis', write: rekognition },
  'google-vision': { kind: 'folder', about: 'shards as asyncBatchAnnotate writes them', write: googleVision },
  coco: { kind: 'file', about: 'COCO detection results with images and categories', write: coco },
  yolo: { kind: 'folder', about: 'a text file for each picture, and classes.txt', write: yolo },
  'label-studio': { kind: 'file', about: 'tasks with predictions', write: labelStudio },
} as const satisfies Record<string, OutputProfile>;

export type ProfileName = keyof typeof PROFILES;
