import * as z from 'zod';
import { at, bestClass, fromCenter, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({
  output: z.string().optional(),
  /** Whether boxes are fractions of the input instead of pixels, as in Ultralytics' exports to TensorFlow Lite. */
  normalized: z.boolean().default(false),
});

/** Ultralytics' anchor-free export (v8, v9, v11), [1, 4 + classes, N]: cx cy w h, class scores. */
export const yolov8: Decoder<z.output<typeof parameters>> = {
  name: 'yolov8',
  parameters,
  space: 'input',
  suppress: true,
  decode({ outputs, parameters: { output, normalized }, inputWidth, inputHeight, classes, minScore }) {
    const [sx, sy] = normalized ? [inputWidth, inputHeight] : [1, 1];
    const values = valuesOf(outputs, output);
    const count = values.dims.at(-1) ?? 0;
    requireShape(values.dims.at(-2) === 4 + classes, `[1, ${4 + classes}, N]`, values);
    const { data } = values;
    const found = [];
    for (let i = 0; i < count; i++) {
      const { classIndex, score } = bestClass(data, 4 * count + i, count, classes);
      if (score < minScore) continue;
      const value = (k: number) => at(data, k * count + i);
      found.push(fromCenter(sx * value(0), sy * value(1), sx * value(2), sy * value(3), score, classIndex));
    }
    return found;
  },
};
