import * as z from 'zod';
import { sigmoid } from '../../scores.ts';
import { at, bestClass, fromCenter, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const head = z.object({
  output: z.string().optional(),
  stride: z.int().positive(),
  /** Width and height of each anchor, pixels. */
  anchors: z.array(z.tuple([z.number().positive(), z.number().positive()])).min(1),
});

const parameters = z.object({
  /** What a box is worth: objectness times class, or the class alone where the objectness is above a half (ImageAI 3). */
  score: z.enum(['product', 'class']).default('product'),
  /** Whether a head is [1, anchors × (5 + classes), H, W] or has the channels last. */
  layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
  heads: z.array(head).default([
    {
      stride: 32,
      anchors: [
        [116, 90],
        [156, 198],
        [373, 326],
      ],
    },
    {
      stride: 16,
      anchors: [
        [30, 61],
        [62, 45],
        [59, 119],
      ],
    },
    {
      stride: 8,
      anchors: [
        [10, 13],
        [16, 30],
        [33, 23],
      ],
    },
  ]),
});

/** Raw heads of YOLOv3: Redmon and Farhadi, arXiv:1804.02767. */
export const yolov3: Decoder<z.output<typeof parameters>> = {
  name: 'yolov3',
  parameters,
  space: 'input',
  suppress: true,
  decode({
    outputs,
    parameters: { layout, heads, score: worth },
    inputWidth,
    inputHeight,
    classes,
    minScore,
  }) {
    const width = 5 + classes;
    const found = [];
    for (const [place, { output, stride, anchors }] of heads.entries()) {
      const values = valuesOf(outputs, output, place);
      const columns = Math.floor(inputWidth / stride);
      const plane = columns * Math.floor(inputHeight / stride);
      requireShape(
        values.data.length === anchors.length * width * plane,
        `[1, ${anchors.length * width}, H, W] at stride ${stride}`,
        values,
      );
      const step = layout === 'NCHW' ? plane : 1;
      for (const [a, [anchorWidth, anchorHeight]] of anchors.entries()) {
        for (let cell = 0; cell < plane; cell++) {
          const start = layout === 'NCHW' ? a * width * plane + cell : (cell * anchors.length + a) * width;
          const value = (k: number) => at(values.data, start + k * step);
          const objectness = sigmoid(value(4));
          if (objectness < (worth === 'class' ? 0.5 : minScore)) continue;
          const best = bestClass(values.data, start + 5 * step, step, classes);
          const score = (worth === 'class' ? 1 : objectness) * sigmoid(best.score);
          if (score < minScore) continue;
          found.push(
            fromCenter(
              ((cell % columns) + sigmoid(value(0))) * stride,
              (Math.floor(cell / columns) + sigmoid(value(1))) * stride,
              anchorWidth * Math.exp(value(2)),
              anchorHeight * Math.exp(value(3)),
              score,
              best.classIndex,
            ),
          );
        }
      }
    }
    return found;
  },
};
