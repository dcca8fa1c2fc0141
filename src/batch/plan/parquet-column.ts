import { open } from 'node:fs/promises';
import { PictorError } from '../../errors.ts';
import { peer } from '../peer.ts';
import { columnOf } from './table.ts';

/** Rows that are decoded at a time. */
const ROWS = 10_000;

/**
 * The addresses in a column of a parquet file, row by row.
 *
 * @param wanted name of the column (default: the first of `known` that is there, else the first column)
 * @throws DATASET_INVALID when the file or the column cannot be read, CONFIG_INVALID without the package hyparquet
 */
export async function* parquetColumn(
  path: string,
  wanted: string | undefined,
  known: readonly string[],
): AsyncGenerator<string> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await peer(
    'hyparquet',
    'hyparquet',
    'CONFIG_INVALID',
    () => import('hyparquet'),
  );
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const file = {
      byteLength: size,
      async slice(start: number, end = size): Promise<ArrayBuffer> {
        const bytes = new ArrayBuffer(end - start);
        await handle.read(new Uint8Array(bytes), 0, bytes.byteLength, start);
        return bytes;
      },
    };
    const metadata = await readable(path, () => parquetMetadataAsync(file));
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
    const column = columns[columnOf(columns, wanted, known, path).index] ?? '';
    const count = Number(metadata.num_rows);
    for (let rowStart = 0; rowStart < count; rowStart += ROWS) {
      const rowEnd = Math.min(rowStart + ROWS, count);
      const rows = await readable(path, () =>
        parquetReadObjects({ file, metadata, columns: [column], rowStart, rowEnd }),
      );
      for (const [at, row] of rows.entries()) {
        const uri: unknown = row[column];
        if (typeof uri !== 'string' || uri === '') {
          throw new PictorError('DATASET_INVALID', {
            expected: `an address in column ${column}, row ${rowStart + at} of ${path}`,
            received: String(uri).slice(0, 100),
          });
        }
        yield uri;
      }
    }
  } finally {
    await handle.close();
  }
}

async function readable<Result>(path: string, read: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'a parquet file, uncompressed or with snappy',
      received: `${error instanceof Error ? error.message.slice(0, 200) : String(error)} in ${path}`,
      cause: error,
    });
  }
}
