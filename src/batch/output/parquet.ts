import { peer } from '../peer.ts';
import type { BatchRow } from '../types.ts';
import { findingsOf } from './findings.ts';
import type { Piece } from './types.ts';

const FILE = 'rows.parquet';

/** Rows of a row group: what is held in memory at a time. */
const GROUP = 2_000;

const COLUMNS = [
  { name: 'i', type: 'INT64', of: (row: BatchRow) => BigInt(row.i) },
  { name: 'uri', type: 'STRING', of: (row: BatchRow) => row.uri },
  { name: 'sha256', type: 'STRING', of: (row: BatchRow) => row.sha256 },
  { name: 'label', type: 'STRING', of: (row: BatchRow) => findingsOf(row)?.labels[0]?.label },
  { name: 'score', type: 'DOUBLE', of: (row: BatchRow) => findingsOf(row)?.labels[0]?.score },
  {
    name: 'answer',
    type: 'STRING',
    of: (row: BatchRow) => ('answer' in row ? JSON.stringify(row.answer) : undefined),
  },
  { name: 'error', type: 'STRING', of: (row: BatchRow) => ('error' in row ? row.error.code : undefined) },
  {
    name: 'message',
    type: 'STRING',
    of: (row: BatchRow) => ('error' in row ? row.error.message : undefined),
  },
  {
    name: 'retryable',
    type: 'BOOLEAN',
    of: (row: BatchRow) => ('error' in row ? row.error.retryable : undefined),
  },
] as const;

/**
 * A parquet file (snappy): one row for each input, best label and score in columns, the whole answer as JSON.
 *
 * @throws CONFIG_INVALID without the package hyparquet-writer
 */
export async function* parquetFile(rows: AsyncIterable<BatchRow>): AsyncGenerator<Piece> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await peer(
    'hyparquet-writer',
    'hyparquet-writer',
    'CONFIG_INVALID',
    () => import('hyparquet-writer'),
  );
  const bytes = new ByteWriter();
  const schema = schemaFromColumnData({
    columnData: COLUMNS.map(({ name, type }) => ({
      name,
      type,
      data: [],
      nullable: name !== 'i' && name !== 'uri',
    })),
  });
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: 'pictor' });
  /** What was encoded since the last time; offsets in the file go on. */
  const taken = (): Piece => {
    const content = bytes.getBytes().slice();
    bytes.index = 0;
    return { file: FILE, content };
  };
  const encode = async (group: readonly BatchRow[]) => {
    const columnData = COLUMNS.map(({ name, of }) => ({ name, data: group.map((row) => of(row)) }));
    await writer.write({ columnData, rowGroupSize: GROUP });
  };
  let group: BatchRow[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < GROUP) continue;
    await encode(group);
    group = [];
    yield taken();
  }
  if (group.length > 0) await encode(group);
  await writer.finish();
  yield taken();
}
