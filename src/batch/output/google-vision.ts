import type { BatchRow } from '../types.ts';
import { type Findings, findingsOf } from './findings.ts';
import type { Piece } from './types.ts';

/** Answers in a shard, as Google's `batchSize` has it by default. */
const BATCH = 20;

/**
 * The shards of Google Vision's asynchronous annotation: `output-1-to-20.json` and so on.
 *
 * @see https://cloud.google.com/vision/docs/batch
 */
export async function* googleVision(rows: AsyncIterable<BatchRow>): AsyncGenerator<Piece> {
  let responses: object[] = [];
  let last = 0;
  const shard = (): Piece => ({
    file: `output-${last - responses.length + 1}-to-${last}.json`,
    content: `${JSON.stringify({ responses })}\n`,
  });
  for await (const row of rows) {
    responses.push(responseOf(row));
    last++;
    if (responses.length < BATCH) continue;
    yield shard();
    responses = [];
  }
  if (responses.length > 0) yield shard();
}

function responseOf(row: BatchRow): object {
  const context = { context: { uri: row.uri } };
  if ('error' in row)
    return { error: { code: 3, message: `${row.error.code}: ${row.error.message}` }, ...context };
  const found = findingsOf(row);
  const labels = found?.labels ?? [];
  const boxed = labels.filter(({ boxes }) => boxes.length > 0);
  return {
    labelAnnotations: labels.map(({ label, score }) => ({ description: label, score, topicality: score })),
    ...(found &&
      boxed.length > 0 && { localizedObjectAnnotations: boxed.flatMap((one) => objectsOf(one, found)) }),
    ...context,
  };
}

function objectsOf({ label, boxes }: Findings['labels'][number], { width, height }: Findings): object[] {
  return boxes.map(({ score, box }) => {
    const [left, right] = [box.x / (width || 1), (box.x + box.width) / (width || 1)];
    const [top, bottom] = [box.y / (height || 1), (box.y + box.height) / (height || 1)];
    const normalizedVertices = [
      { x: left, y: top },
      { x: right, y: top },
      { x: right, y: bottom },
      { x: left, y: bottom },
    ];
    return { name: label, score, boundingPoly: { normalizedVertices } };
  });
}
