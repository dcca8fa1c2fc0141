/**
 * Everything that a list of pictures may come from.
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { glob } from 'tinyglobby';
import { PictorError } from '../../errors.ts';
import type { S3Client } from '../place/s3-client.ts';
import { parseS3 } from '../place/s3-place.ts';
import type { BatchInput } from '../types.ts';
import { columnOf, splitFields } from './table.ts';

const PICTURE = /\.(jpe?g|png|webp|gif|tiff?|avif|bmp)$/i;

/** Columns and fields that hold addresses, best first. `source-ref` is Rekognition's. */
const NAMES = ['source-ref', 'uri', 'url', 'path', 'file', 'image', 'picture', 'filename'];

/** How a source is read. */
export interface SourceOptions {
  /** Column or field with the addresses (default: the first known name, else the first column). */
  readonly column?: string;
  /** Opens S3 when the source needs it. */
  readonly s3: () => Promise<S3Client>;
}

/**
 * Gives the inputs of a source one by one, in an order that depends on the source alone.
 *
 * @param source folder, glob, `.txt`, `.csv`, `.tsv`, `.jsonl`, `.manifest` or `.parquet` file, `s3://bucket/prefix/`, or one picture
 * @throws DATASET_INVALID, BATCH_STORAGE_FAILED
 */
export async function* readSource(source: string, options: SourceOptions): AsyncGenerator<BatchInput> {
  const bucket = parseS3(source);
  if (bucket !== undefined) {
    const client = await options.s3();
    for await (const { key, etag } of client.list(bucket.bucket, bucket.key)) {
      if (PICTURE.test(key)) yield { uri: `s3://${bucket.bucket}/${key}`, ...(etag && { etag }) };
    }
    return;
  }
  if (/^https?:\/\//i.test(source)) {
    yield { uri: source };
    return;
  }
  const there = await stat(source).catch(() => undefined);
  if (there?.isDirectory()) yield* fromFolder('**/*', resolve(source));
  else if (there?.isFile()) yield* fromFile(resolve(source), options.column);
  else if (/[*?[{]/.test(source)) yield* fromFolder(source, process.cwd());
  else {
    throw new PictorError('DATASET_INVALID', {
      expected:
        'a folder, a glob, a list (.txt, .csv, .tsv, .jsonl, .parquet), s3://bucket/prefix/ or a picture',
      received: `nothing at ${source}`,
    });
  }
}

async function* fromFolder(pattern: string, cwd: string): AsyncGenerator<BatchInput> {
  const found = await glob(pattern.split(sep).join('/'), { cwd, absolute: true });
  // By code unit: the same on every machine, whatever its language.
  for (const uri of found.filter((path) => PICTURE.test(path)).sort()) yield { uri };
}

async function* fromFile(path: string, column: string | undefined): AsyncGenerator<BatchInput> {
  const kind = extname(path).toLowerCase();
  if (PICTURE.test(path)) yield { uri: path };
  else if (kind === '.jsonl' || kind === '.ndjson' || kind === '.manifest')
    yield* fromJsonLines(path, column);
  else if (kind === '.csv' || kind === '.tsv') yield* fromTable(path, kind === '.csv' ? ',' : '\t', column);
  else if (kind === '.txt' || kind === '.lst') {
    for await (const { text } of lines(path)) yield { uri: absolute(text, path) };
  } else if (kind === '.parquet') {
    const { parquetColumn } = await import('./parquet-column.ts');
    for await (const uri of parquetColumn(path, column, NAMES)) yield { uri: absolute(uri, path) };
  } else {
    throw new PictorError('DATASET_INVALID', {
      expected: 'a list with the ending .txt, .csv, .tsv, .jsonl or .parquet',
      received: path,
    });
  }
}

async function* fromJsonLines(path: string, column: string | undefined): AsyncGenerator<BatchInput> {
  for await (const { text, number } of lines(path)) {
    const value = parsed(text);
    const record: Readonly<Record<string, unknown>> = isRecord(value) ? value : {};
    const names = column === undefined ? NAMES : [column];
    const uri = typeof value === 'string' ? value : names.map((name) => record[name]).find(isText);
    if (typeof uri !== 'string') {
      throw new PictorError('DATASET_INVALID', {
        expected: `an object with ${names.join(' or ')} in line ${number} of ${path}`,
        received: text.slice(0, 100),
      });
    }
    const { etag, row } = record;
    yield {
      uri: absolute(uri, path),
      ...(isText(etag) && { etag }),
      ...(typeof row === 'number' && { row }),
    };
  }
}

async function* fromTable(
  path: string,
  separator: string,
  column: string | undefined,
): AsyncGenerator<BatchInput> {
  let at: number | undefined;
  for await (const { text, number } of lines(path)) {
    const fields = splitFields(text, separator);
    if (at === undefined) {
      const head = columnOf(fields, column, NAMES, path);
      at = head.index;
      if (head.isHeading) continue;
    }
    const uri = fields[at];
    if (!uri) {
      throw new PictorError('DATASET_INVALID', {
        expected: `${at + 1} columns in line ${number} of ${path}`,
        received: text.slice(0, 100),
      });
    }
    yield { uri: absolute(uri, path) };
  }
}

/** Lines with something in them. */
async function* lines(path: string): AsyncGenerator<{ readonly text: string; readonly number: number }> {
  const reader = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const line of reader) {
    number++;
    const text = (number === 1 ? line.replace(/^\uFEFF/, '') : line).trim();
    if (text !== '') yield { text, number };
  }
}

/** Paths of a list count from the list's own folder. */
function absolute(uri: string, list: string): string {
  return /^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(uri) ? uri : resolve(join(dirname(list)), uri);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
