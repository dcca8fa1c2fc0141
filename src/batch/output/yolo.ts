import { basename, extname } from 'node:path';
import type { BatchRow } from '../types.ts';
import { findingsOf } from './findings.ts';
import type { Piece } from './types.ts';

/**
 * A text file for each picture: class, centre and size as fractions, score. Names begin with the number of the input, so
 * that two pictures of one name stay apart.
 */
export async function* yolo(rows: AsyncIterable<BatchRow>): AsyncGenerator<Piece> {
  const classes = new Map<string, number>();
  for await (const row of rows) {
    const found = findingsOf(row);
    if (!found) continue;
    const { width, height } = found;
    const lines = found.labels.flatMap(({ label, boxes }) =>
      boxes.map(({ score, box }) => {
        const number = classes.get(label) ?? classes.size;
        classes.set(label, number);
        const centre = [(box.x + box.width / 2) / (width || 1), (box.y + box.height / 2) / (height || 1)];
        const size = [box.width / (width || 1), box.height / (height || 1)];
        return `${[number, ...[...centre, ...size, score].map((value) => value.toFixed(6))].join(' ')}\n`;
      }),
    );
    const stem = basename(row.uri, extname(row.uri))
      .replace(/[^\w.-]+/g, '_')
      .slice(0, 100);
    yield { file: `labels/${String(row.i).padStart(7, '0')}-${stem}.txt`, content: lines.join('') };
  }
  yield { file: 'classes.txt', content: [...classes.keys()].map((name) => `${name}\n`).join('') };
}
