import * as z from 'zod';
import { at, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({
  boxes: z.string().default('detection_boxes'),
  scores: z.string().default('detection_scores'),
  classes: z.string().default('detection_classes'),
  count: z.string().optional(),
  /** Number of the first class: 1 in TensorFlow's own exports, 0 in TensorFlow Lite's. */
  firstClass: z.int().default(1),
});

/** SSD with its post-processing inside, as TensorFlow's object detection exports it: boxes are y1 x1 y2 x2 fractions. */
export const ssd: Decoder<z.output<typeof parameters>> = {
  name: 'ssd',
  parameters,
  space: 'input',
  suppress: false,
  decode({ outputs, parameters: p, inputWidth, inputHeight, minScore }) {
    const boxes = valuesOf(outputs, p.boxes);
    requireShape(boxes.dims.at(-1) === 4, '[1, N, 4]', boxes);
    const scores = valuesOf(outputs, p.scores).data;
    const classes = valuesOf(outputs, p.classes).data;
    const count = p.count === undefined ? scores.length : at(valuesOf(outputs, p.count).data, 0);
    const found = [];
    for (let i = 0; i < Math.min(count, scores.length); i++) {
      const score = at(scores, i);
      if (score < minScore) continue;
      found.push({
        x1: at(boxes.data, i * 4 + 1) * inputWidth,
        y1: at(boxes.data, i * 4) * inputHeight,
        x2: at(boxes.data, i * 4 + 3) * inputWidth,
        y2: at(boxes.data, i * 4 + 2) * inputHeight,
        score,
        classIndex: Math.round(at(classes, i)) - p.firstClass,
      });
    }
    return found;
  },
};
