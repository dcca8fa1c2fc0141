import * as z from 'zod';
import { at, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({
  /** Output [1, N, 4]: y1 x1 y2 x2 in pixels of the original. */
  boxes: z.string().optional(),
  /** Output [1, classes, N]. */
  scores: z.string().optional(),
  /** Output [..., 3]: batch, class, box. */
  indices: z.string().optional(),
});

/** YOLOv3 with its suppression inside: the ONNX model zoo's exports, which take the original's size as an input. */
export const yolov3Nms: Decoder<z.output<typeof parameters>> = {
  name: 'yolov3-nms',
  parameters,
  space: 'original',
  suppress: false,
  decode({ outputs, parameters: p, minScore }) {
    const boxes = valuesOf(outputs, p.boxes, 0);
    requireShape(boxes.dims.at(-1) === 4, '[1, N, 4]', boxes);
    const scores = valuesOf(outputs, p.scores, 1).data;
    const indices = valuesOf(outputs, p.indices, 2).data;
    const count = boxes.data.length / 4;
    const found = [];
    for (let i = 0; i + 3 <= indices.length; i += 3) {
      const classIndex = at(indices, i + 1);
      const box = at(indices, i + 2);
      // The graph fills unused rows with -1.
      if (classIndex < 0 || box < 0) continue;
      const score = at(scores, classIndex * count + box);
      if (score < minScore) continue;
      found.push({
        x1: at(boxes.data, box * 4 + 1),
        y1: at(boxes.data, box * 4),
        x2: at(boxes.data, box * 4 + 3),
        y2: at(boxes.data, box * 4 + 2),
        score,
        classIndex,
      });
    }
    return found;
  },
};
