import * as z from 'zod';
import { sigmoid, softmax } from '../../scores.ts';
import { at, bestClass, fromCenter, requireShape, valuesOf } from './tensors.ts';
import type { Decoder } from './types.ts';

const parameters = z.object({
  /** Output [1, N, 4]: encoded boxes ty tx th tw. */
  boxes: z.string().optional(),
  /** Output [1, N, classes, background included]. */
  scores: z.string().optional(),
  activation: z.enum(['none', 'sigmoid', 'softmax']).default('sigmoid'),
  /** Classes in front of the first label: 1 where class 0 is the background. */
  background: z.int().nonnegative().default(1),
  /** Divisors of ty, tx, th, tw. */
  scales: z.tuple([z.number(), z.number(), z.number(), z.number()]).default([10, 10, 5, 5]),
  /** Side of each feature map, cells. */
  grids: z.array(z.int().positive()).min(1).default([19, 10, 5, 3, 2, 1]),
  minScale: z.number().default(0.2),
  maxScale: z.number().default(0.95),
  aspectRatios: z.array(z.number().positive()).default([1, 2, 0.5, 3, 1 / 3]),
  /** Whether the first map has three anchors a cell only, as in SSD MobileNet. */
  reduceFirst: z.boolean().default(true),
});

type Parameters = z.output<typeof parameters>;

/** An anchor in fractions of the input. */
export interface Anchor {
  readonly cx: number;
  readonly cy: number;
  readonly width: number;
  readonly height: number;
}

/** Anchors map by map, row by row: Liu et al., "SSD", arXiv:1512.02325, with TensorFlow's extra geometric-mean box. */
export function ssdAnchors(p: Parameters): Anchor[] {
  const last = p.grids.length - 1;
  const scale = (k: number) =>
    k > last ? 1 : last === 0 ? p.minScale : p.minScale + ((p.maxScale - p.minScale) * k) / last;
  return p.grids.flatMap((side, k) => {
    const own: (readonly [number, number])[] =
      k === 0 && p.reduceFirst
        ? [
            [0.1, 1],
            [scale(0), 2],
            [scale(0), 0.5],
          ]
        : [
            ...p.aspectRatios.map((ratio) => [scale(k), ratio] as const),
            [Math.sqrt(scale(k) * scale(k + 1)), 1] as const,
          ];
    const anchors: Anchor[] = [];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        for (const [size, ratio] of own) {
          anchors.push({
            cx: (x + 0.5) / side,
            cy: (y + 0.5) / side,
            width: size * Math.sqrt(ratio),
            height: size / Math.sqrt(ratio),
          });
        }
      }
    }
    return anchors;
  });
}

/** SSD with raw heads: anchors, decoding and suppression outside the graph. */
export const ssdRaw: Decoder<Parameters> = {
  name: 'ssd-raw',
  parameters,
  space: 'input',
  suppress: true,
  decode({ outputs, parameters: p, inputWidth, inputHeight, classes, minScore }) {
    const boxes = valuesOf(outputs, p.boxes, 0).data;
    const scores = valuesOf(outputs, p.scores, 1);
    const anchors = ssdAnchors(p);
    const width = classes + p.background;
    requireShape(scores.data.length === anchors.length * width, `[1, ${anchors.length}, ${width}]`, scores);
    const [sy, sx, sh, sw] = p.scales;
    const found = [];
    for (const [i, anchor] of anchors.entries()) {
      const raw = scores.data.subarray(i * width, (i + 1) * width);
      const own = p.activation === 'softmax' ? softmax(raw) : raw;
      const best = bestClass(own, p.background, 1, classes);
      const score = p.activation === 'sigmoid' ? sigmoid(best.score) : best.score;
      if (score < minScore) continue;
      found.push(
        fromCenter(
          ((at(boxes, i * 4 + 1) / sx) * anchor.width + anchor.cx) * inputWidth,
          ((at(boxes, i * 4) / sy) * anchor.height + anchor.cy) * inputHeight,
          Math.exp(at(boxes, i * 4 + 3) / sw) * anchor.width * inputWidth,
          Math.exp(at(boxes, i * 4 + 2) / sh) * anchor.height * inputHeight,
          score,
          best.classIndex,
        ),
      );
    }
    return found;
  },
};
