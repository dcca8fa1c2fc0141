import type { BatchRow } from '../types.ts';
import { findingsOf } from './findings.ts';
import type { Piece } from './types.ts';

const FILE = 'rows.csv';
const HEAD = 'i,uri,label,score,x,y,width,height,error,retryable';

/** One line for each label and box; a failure, or a picture without labels, is one line. RFC 4180. */
export async function* csv(rows: AsyncIterable<BatchRow>): AsyncGenerator<Piece> {
  yield { file: FILE, content: `${HEAD}\r\n` };
  for await (const row of rows) {
    const start = [row.i, row.uri];
    if ('error' in row) {
      yield line([...start, '', '', '', '', '', '', row.error.code, row.error.retryable]);
      continue;
    }
    const lines = (findingsOf(row)?.labels ?? []).flatMap(({ label, score, boxes }) =>
      boxes.length === 0
        ? [[label, score, '', '', '', '']]
        : boxes.map(({ score: own, box }) => [label, own, box.x, box.y, box.width, box.height]),
    );
    for (const fields of lines.length > 0 ? lines : [['', '', '', '', '', '']])
      yield line([...start, ...fields, '', '']);
  }
}

function line(fields: readonly (string | number | boolean)[]): Piece {
  return { file: FILE, content: `${fields.map(field).join(',')}\r\n` };
}

function field(value: string | number | boolean): string {
  const text = String(value);
  // A spreadsheet takes a text that begins like this for a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
