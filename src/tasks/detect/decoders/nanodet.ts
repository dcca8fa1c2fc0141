import * as z from 'zod';
import { softmax } from '../../scores.ts';
import { bestClass, gridCells, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({
  /** Output [1, N, classes + 4 × (regMax + 1)]: class scores, then left, top, right and bottom as distributions. */
  output: z.string().optional(),
  strides: z.array(z.int().positive()).min(1).default([8, 16, 32, 64]),
  regMax: z.int().positive().default(7),
  /** Where in its cell a centre lies, 0..1: 0 in NanoDet-Plus, 0.5 in the first NanoDet. */
  centerOffset: z.number().min(0).max(1).default(0),
});

/** NanoDet's single output; distances are means of distributions: Li et al., "Generalized Focal Loss", arXiv:2006.04388. */
export const nanodet: Decoder<z.output<typeof parameters>> = {
  name: 'nanodet',
  parameters,
  space: 'input',
  suppress: true,
  decode({ outputs, parameters: p, inputWidth, inputHeight, classes, minScore }) {
    const values = valuesOf(outputs, p.output);
    const cells = [...gridCells(inputWidth, inputHeight, p.strides)];
    const bins = p.regMax + 1;
    const width = classes + 4 * bins;
    requireShape(values.data.length === cells.length * width, `[1, ${cells.length}, ${width}]`, values);
    const found = [];
    for (const [i, { x, y, stride }] of cells.entries()) {
      const { classIndex, score } = bestClass(values.data, i * width, 1, classes);
      if (score < minScore) continue;
      const side = (k: number) => {
        const start = i * width + classes + k * bins;
        const weights = softmax(values.data.subarray(start, start + bins));
        return weights.reduce((sum, weight, bin) => sum + weight * bin, 0) * stride;
      };
      const cx = (x + p.centerOffset) * stride;
      const cy = (y + p.centerOffset) * stride;
      found.push({
        x1: cx - side(0),
        y1: cy - side(1),
        x2: cx + side(2),
        y2: cy + side(3),
        score,
        classIndex,
      });
    }
    return found;
  },
};
