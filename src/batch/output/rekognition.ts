import type { BatchRow } from '../types.ts';
import { type Findings, findingsOf } from './findings.ts';
import type { Piece } from './types.ts';

const FILE = 'manifest.jsonl';

/**
 * The output manifest of a Rekognition media analysis job: the line of the input with the answer added. Scores are
 * percentages and boxes fractions there.
 *
 * @see https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-ref.html
 */
export async function* rekognition(rows: AsyncIterable<BatchRow>): AsyncGenerator<Piece> {
  for await (const row of rows) yield { file: FILE, content: `${JSON.stringify(lineOf(row))}\n` };
}

function lineOf(row: BatchRow) {
  const source = { 'source-ref': row.uri };
  if ('error' in row)
    return { ...source, error: { 'error-code': row.error.code, 'error-message': row.error.message } };
  const found = findingsOf(row);
  return {
    ...source,
    ...(found?.verdict === undefined
      ? { 'detect-labels': { Labels: found?.labels.map((label) => labelOf(label, found)) ?? [] } }
      : {
          'detect-moderation-labels': {
            ModerationLabels: found.labels.map(({ label, score }) => ({
              Name: label,
              Confidence: score * 100,
            })),
          },
        }),
  };
}

function labelOf({ label, score, parents, boxes }: Findings['labels'][number], { width, height }: Findings) {
  return {
    Name: label,
    Confidence: score * 100,
    Parents: parents.map((Name) => ({ Name })),
    Instances: boxes.map(({ score: own, box }) => ({
      BoundingBox: {
        Left: box.x / (width || 1),
        Top: box.y / (height || 1),
        Width: box.width / (width || 1),
        Height: box.height / (height || 1),
      },
      Confidence: own * 100,
    })),
  };
}
