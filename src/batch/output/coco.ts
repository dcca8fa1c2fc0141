import type { BatchRow } from '../types.ts';
import { findingsOf } from './findings.ts';
import type { Piece } from './types.ts';

const FILE = 'coco.json';

/**
 * One COCO file with images, annotations (with `score`) and categories. Ids of images are the numbers of the inputs.
 *
 * @see https://cocodataset.org/#format-data
 */
export async function* coco(rows: AsyncIterable<BatchRow>): AsyncGenerator<Piece> {
  const categories = new Map<string, number>();
  const images: string[] = [];
  let annotation = 0;
  yield { file: FILE, content: '{"annotations":[' };
  for await (const row of rows) {
    const found = findingsOf(row);
    if (!found) continue;
    images.push(JSON.stringify({ id: row.i, file_name: row.uri, width: found.width, height: found.height }));
    for (const { label, boxes } of found.labels) {
      for (const { score, box } of boxes) {
        const category_id = categories.get(label) ?? categories.size + 1;
        categories.set(label, category_id);
        const bbox = [box.x, box.y, box.width, box.height];
        const area = box.width * box.height;
        const text = JSON.stringify({
          id: ++annotation,
          image_id: row.i,
          category_id,
          bbox,
          area,
          iscrowd: 0,
          score,
        });
        yield { file: FILE, content: annotation === 1 ? text : `,${text}` };
      }
    }
  }
  const names = [...categories].map(([name, id]) => ({ id, name }));
  yield { file: FILE, content: `],"images":[${images.join(',')}],"categories":${JSON.stringify(names)}}\n` };
}
