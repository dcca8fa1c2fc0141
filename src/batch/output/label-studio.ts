import type { BatchPlan, BatchRow } from '../types.ts';
import { type Findings, findingsOf } from './findings.ts';
import type { Piece } from './types.ts';

const FILE = 'tasks.json';

/**
 * Tasks with predictions for Label Studio. Boxes are percentages there. The labelling interface needs
 * `<Image name="image" value="$image"/>` and `<RectangleLabels name="label" toName="image">` or `<Choices name="choice">`.
 *
 * @see https://labelstud.io/guide/predictions
 */
export async function* labelStudio(rows: AsyncIterable<BatchRow>, plan: BatchPlan): AsyncGenerator<Piece> {
  let first = true;
  yield { file: FILE, content: '[' };
  for await (const row of rows) {
    const found = findingsOf(row);
    const predictions = found ? [{ model_version: plan.model.id, ...predictionOf(found) }] : [];
    const task = { data: { image: row.uri }, predictions };
    yield { file: FILE, content: `${first ? '' : ','}\n${JSON.stringify(task)}` };
    first = false;
  }
  yield { file: FILE, content: '\n]\n' };
}

function predictionOf({ labels, width, height }: Findings) {
  const boxes = labels.flatMap(({ label, boxes }) => boxes.map((one) => ({ label, ...one })));
  const original = { original_width: width, original_height: height, image_rotation: 0 };
  const result =
    boxes.length > 0
      ? boxes.map(({ label, score, box }, i) => ({
          id: `box-${i}`,
          type: 'rectanglelabels',
          from_name: 'label',
          to_name: 'image',
          ...original,
          score,
          value: {
            rotation: 0,
            x: (box.x * 100) / (width || 1),
            y: (box.y * 100) / (height || 1),
            width: (box.width * 100) / (width || 1),
            height: (box.height * 100) / (height || 1),
            rectanglelabels: [label],
          },
        }))
      : labels.slice(0, 1).map(({ label, score }) => ({
          id: 'choice',
          type: 'choices',
          from_name: 'choice',
          to_name: 'image',
          score,
          value: { choices: [label] },
        }));
  const best = labels[0]?.score;
  return { ...(best !== undefined && { score: best }), result };
}
