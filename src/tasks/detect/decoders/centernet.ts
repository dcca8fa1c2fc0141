import * as z from 'zod';
import { at, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({
  /** Output [1, N, 6]: x1 y1 x2 y2, score, class. */
  detections: z.string().optional(),
  /** Pixels of the input, or fractions of it. */
  units: z.enum(['pixels', 'fractions']).default('pixels'),
});

/**
 * CenterNet with its top-k inside the graph: Zhou et al., "Objects as Points", arXiv:1904.07850. Its heat map has one
 * peak an object, so that few boxes are doubles: suppressing from 0.5 on costs true ones (mAP 0.313 instead of 0.324
 * with the embedded model on 64 pictures of COCO).
 */
export const centernet: Decoder<z.output<typeof parameters>> = {
  name: 'centernet',
  parameters,
  space: 'input',
  suppress: true,
  iouThreshold: 0.7,
  decode({ outputs, parameters: { detections, units }, inputWidth, inputHeight, minScore }) {
    const values = valuesOf(
      outputs,
      detections ?? Object.keys(outputs).find((name) => outputs[name]?.dims.at(-1) === 6),
    );
    requireShape(values.dims.at(-1) === 6, '[1, N, 6]', values);
    const { data } = values;
    const sx = units === 'pixels' ? 1 : inputWidth;
    const sy = units === 'pixels' ? 1 : inputHeight;
    const found = [];
    for (let i = 0; i + 6 <= data.length; i += 6) {
      const score = at(data, i + 4);
      if (score < minScore) continue;
      found.push({
        x1: at(data, i) * sx,
        y1: at(data, i + 1) * sy,
        x2: at(data, i + 2) * sx,
        y2: at(data, i + 3) * sy,
        score,
        classIndex: Math.round(at(data, i + 5)),
      });
    }
    return found;
  },
};
