import * as z from 'zod';
import { at, bestClass, fromCenter, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({ output: z.string().optional() });

/** Ultralytics' anchor-free export (v8, v9, v11), [1, 4 + classes, N]: cx cy w h in input pixels, class scores. */
export const yolov8: Decoder<z.output<typeof parameters>> = {
  name: 'yolov8',
  parameters,
  space: 'input',
  suppress: true,
  decode({ outputs, parameters: { output }, classes, minScore }) {
    const values = valuesOf(outputs, output);
    const count = values.dims.at(-1) ?? 0;
    requireShape(values.dims.at(-2) === 4 + classes, `[1, ${4 + classes}, N]`, values);
    const { data } = values;
    const found = [];
    for (let i = 0; i < count; i++) {
      const { classIndex, score } = bestClass(data, 4 * count + i, count, classes);
      if (score < minScore) continue;
      const value = (k: number) => at(data, k * count + i);
      found.push(fromCenter(value(0), value(1), value(2), value(3), score, classIndex));
    }
    return found;
  },
};
