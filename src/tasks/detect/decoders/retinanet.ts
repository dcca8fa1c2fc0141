import * as z from 'zod';
import { sigmoid } from '../../scores.ts';
import { at, requireShape, type Values, valuesOf } from './tensors.ts';
import type { Candidate, Decoder } from './types.ts';

const parameters = z.object({
  /** Score heads [1, anchors × classes, H, W], finest first; the first half of the outputs when absent. */
  scores: z.array(z.string()).optional(),
  /** Box heads [1, anchors × 4, H, W]; the second half of the outputs when absent. */
  boxes: z.array(z.string()).optional(),
  activation: z.enum(['none', 'sigmoid']).default('none'),
  ratios: z.array(z.number().positive()).default([1, 2, 0.5]),
  scales: z.array(z.number().positive()).default([4, 4 * 2 ** (1 / 3), 4 * 2 ** (2 / 3)]),
});

/** Size of an anchor, pixels. Ratio is height over width; both sides are whole before scaling, as in training. */
export function anchorSize(stride: number, ratio: number, scale: number): readonly [number, number] {
  const width = Math.round(Math.sqrt((stride * stride) / ratio));
  return [width * scale, Math.round(width * ratio) * scale];
}

/** RetinaNet's heads as the ONNX model zoo has them: Lin et al., "Focal Loss", arXiv:1708.02002. */
export const retinanet: Decoder<z.output<typeof parameters>> = {
  name: 'retinanet',
  parameters,
  space: 'input',
  suppress: true,
  decode({ outputs, parameters: p, inputWidth, inputHeight, classes, minScore }) {
    const levels = p.scores?.length ?? Object.keys(outputs).length / 2;
    const shapes = p.scales.flatMap((scale) => p.ratios.map((ratio) => ({ scale, ratio })));
    const found: Candidate[] = [];
    for (let level = 0; level < levels; level++) {
      const scores = valuesOf(outputs, p.scores?.[level], level);
      const boxes = valuesOf(outputs, p.boxes?.[level], levels + level);
      const [rows, columns] = planeOf(scores);
      const plane = rows * columns;
      requireShape(
        scores.data.length === shapes.length * classes * plane,
        `[1, ${shapes.length * classes}, H, W]`,
        scores,
      );
      requireShape(boxes.data.length === shapes.length * 4 * plane, `[1, ${shapes.length * 4}, H, W]`, boxes);
      const stride = Math.round(Math.max(inputWidth / columns, inputHeight / rows));
      for (let i = 0; i < scores.data.length; i++) {
        const raw = at(scores.data, i);
        const score = p.activation === 'sigmoid' ? sigmoid(raw) : raw;
        if (score < minScore) continue;
        const cell = i % plane;
        const channel = (i - cell) / plane;
        const anchor = Math.floor(channel / classes);
        const shape = shapes[anchor];
        if (!shape) continue;
        const [width, height] = anchorSize(stride, shape.ratio, shape.scale);
        const delta = (k: number) => at(boxes.data, (anchor * 4 + k) * plane + cell);
        const cx = (cell % columns) * stride + stride / 2 + delta(0) * width;
        const cy = Math.floor(cell / columns) * stride + stride / 2 + delta(1) * height;
        const halfWidth = (Math.exp(delta(2)) * width) / 2;
        const halfHeight = (Math.exp(delta(3)) * height) / 2;
        const classIndex = channel % classes;
        found.push({
          x1: cx - halfWidth,
          y1: cy - halfHeight,
          x2: cx + halfWidth,
          y2: cy + halfHeight,
          score,
          classIndex,
        });
      }
    }
    return found;
  },
};

function planeOf({ dims }: Values): readonly [number, number] {
  return [dims.at(-2) ?? 1, dims.at(-1) ?? 1];
}
