import * as z from 'zod';
import { sigmoid } from '../../scores.ts';
import { at, bestClass, fromCenter, gridCells, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({
  output: z.string().optional(),
  /** Whether objectness and class scores still want the logistic function: exports without `decode_in_inference`. */
  logits: z.boolean().default(false),
  strides: z.array(z.int().positive()).min(1).default([8, 16, 32]),
});

/** YOLOX's raw head, [1, N, 5 + classes], scores after the logistic function: Ge et al., arXiv:2107.08430. */
export const yolox: Decoder<z.output<typeof parameters>> = {
  name: 'yolox',
  parameters,
  space: 'input',
  suppress: true,
  decode({ outputs, parameters: { output, strides, logits }, inputWidth, inputHeight, classes, minScore }) {
    const values = valuesOf(outputs, output);
    const cells = [...gridCells(inputWidth, inputHeight, strides)];
    const width = 5 + classes;
    requireShape(values.data.length === cells.length * width, `[1, ${cells.length}, ${width}]`, values);
    const { data } = values;
    const found = [];
    for (const [i, { x, y, stride }] of cells.entries()) {
      const start = i * width;
      const best = bestClass(data, start + 5, 1, classes);
      const score = logits
        ? sigmoid(at(data, start + 4)) * sigmoid(best.score)
        : at(data, start + 4) * best.score;
      if (score < minScore) continue;
      found.push(
        fromCenter(
          (at(data, start) + x) * stride,
          (at(data, start + 1) + y) * stride,
          Math.exp(at(data, start + 2)) * stride,
          Math.exp(at(data, start + 3)) * stride,
          score,
          best.classIndex,
        ),
      );
    }
    return found;
  },
};
