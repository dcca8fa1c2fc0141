import * as z from 'zod';
import { at, bestClass, fromCenter, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({ output: z.string().optional() });

/** Ultralytics' YOLOv5 export, [1, N, 5 + classes]: cx cy w h in input pixels, objectness, class scores. */
export const yolov5: Decoder<z.output<typeof parameters>> = {
  name: 'yolov5',
  parameters,
  space: 'input',
  suppress: true,
  decode({ outputs, parameters: { output }, classes, minScore }) {
    const values = valuesOf(outputs, output);
    const width = 5 + classes;
    requireShape(values.dims.at(-1) === width, `[1, N, ${width}]`, values);
    const { data } = values;
    const found = [];
    for (let i = 0; i + width <= data.length; i += width) {
      const objectness = at(data, i + 4);
      if (objectness < minScore) continue;
      const best = bestClass(data, i + 5, 1, classes);
      const score = objectness * best.score;
      if (score < minScore) continue;
      found.push(
        fromCenter(at(data, i), at(data, i + 1), at(data, i + 2), at(data, i + 3), score, best.classIndex),
      );
    }
    return found;
  },
};
