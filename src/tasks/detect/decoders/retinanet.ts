import * as z from 'zod';
import { sigmoid } from '../../scores.ts';
import { at, requireShape, type Values, valuesOf } from './tensors.ts';
import type { Candidate, DecodeContext, Decoder } from './types.ts';

const parameters = z.object({
  /** Score heads, finest first; the first half of the outputs when absent. One for all levels with `layout: rows`. */
  scores: z.array(z.string()).optional(),
  /** Box heads; the second half of the outputs when absent. */
  boxes: z.array(z.string()).optional(),
  activation: z.enum(['none', 'sigmoid']).default('none'),
  /** `planes`: [1, anchors × classes, H, W] for each level. `rows`: [1, H × W × anchors of all levels, classes]. */
  layout: z.enum(['planes', 'rows']).default('planes'),
  /** Pixels between anchors, by level; for `rows`. */
  strides: z.array(z.int().positive()).default([8, 16, 32, 64, 128]),
  /** Height over width. */
  ratios: z.array(z.number().positive()).default([1, 2, 0.5]),
  /** Sizes of anchors over the stride. */
  scales: z.array(z.number().positive()).default([4, 4 * 2 ** (1 / 3), 4 * 2 ** (2 / 3)]),
  /** Sizes of anchors by level, pixels, instead of `scales`. */
  sizes: z.array(z.array(z.number().positive()).min(1)).optional(),
  /** Whether the anchors of a place come with all ratios of the first scale first, or all scales of the first ratio. */
  order: z.enum(['scale-first', 'ratio-first']).default('scale-first'),
  /** Where an anchor lies in its cell: 0.5 the middle, 0 the corner. */
  center: z.number().min(0).max(1).default(0.5),
  /** Which lengths are whole pixels: both sides before scaling (ONNX zoo), the corners (torchvision), or none. */
  rounding: z.enum(['sides', 'corners', 'none']).default('sides'),
  /** What the box head moves: centre and logarithm of the size, or both corners. */
  deltas: z.enum(['center', 'corners']).default('center'),
  /** What deltas are multiplied by. */
  deltaScale: z.number().positive().default(1),
  /** Greatest logarithm of a size. */
  maxLogSize: z.number().positive().optional(),
  /** Classes before the first label: 1 for a background. */
  classOffset: z.int().nonnegative().default(0),
});

type Parameters = z.output<typeof parameters>;

/** Size of an anchor, pixels. Ratio is height over width; both sides are whole before scaling, as in training. */
export function anchorSize(stride: number, ratio: number, scale: number): readonly [number, number] {
  const width = Math.round(Math.sqrt((stride * stride) / ratio));
  return [width * scale, Math.round(width * ratio) * scale];
}

type Size = readonly [width: number, height: number];

/** Sizes of the anchors of one place, in the order of the heads. */
function anchorsOf(p: Parameters, level: number, stride: number): Size[] {
  const scales = p.sizes?.[level]?.map((size) => size / stride) ?? p.scales;
  const size = (ratio: number, scale: number): Size => {
    if (p.rounding === 'sides') return anchorSize(stride, ratio, scale);
    const height = stride * scale * Math.sqrt(ratio);
    const width = (stride * scale) / Math.sqrt(ratio);
    return p.rounding === 'none' ? [width, height] : [2 * Math.round(width / 2), 2 * Math.round(height / 2)];
  };
  return p.order === 'scale-first'
    ? scales.flatMap((scale) => p.ratios.map((ratio) => size(ratio, scale)))
    : p.ratios.flatMap((ratio) => scales.map((scale) => size(ratio, scale)));
}

/** The box that four deltas make of an anchor. */
function boxOf(p: Parameters, [width, height]: Size, x: number, y: number, delta: (k: number) => number) {
  const d = (k: number) => delta(k) * p.deltaScale;
  if (p.deltas === 'corners') {
    const [left, top] = [x - width / 2, y - height / 2];
    return {
      x1: left + d(0) * width,
      y1: top + d(1) * height,
      x2: left + width + d(2) * width,
      y2: top + height + d(3) * height,
    };
  }
  const most = p.maxLogSize ?? Number.POSITIVE_INFINITY;
  const [cx, cy] = [x + d(0) * width, y + d(1) * height];
  const halfWidth = (Math.exp(Math.min(most, d(2))) * width) / 2;
  const halfHeight = (Math.exp(Math.min(most, d(3))) * height) / 2;
  return { x1: cx - halfWidth, y1: cy - halfHeight, x2: cx + halfWidth, y2: cy + halfHeight };
}

/** RetinaNet: Lin et al., "Focal Loss", arXiv:1708.02002. The defaults are those of the ONNX model zoo. */
export const retinanet: Decoder<Parameters> = {
  name: 'retinanet',
  parameters,
  space: 'input',
  suppress: true,
  decode(context) {
    return context.parameters.layout === 'rows' ? fromRows(context) : fromPlanes(context);
  },
};

type Context = DecodeContext<Parameters>;

function fromPlanes({
  outputs,
  parameters: p,
  inputWidth,
  inputHeight,
  classes,
  minScore,
}: Context): Candidate[] {
  const levels = p.scores?.length ?? Object.keys(outputs).length / 2;
  const found: Candidate[] = [];
  for (let level = 0; level < levels; level++) {
    const scores = valuesOf(outputs, p.scores?.[level], level);
    const boxes = valuesOf(outputs, p.boxes?.[level], levels + level);
    const [rows, columns] = planeOf(scores);
    const plane = rows * columns;
    const stride = Math.round(Math.max(inputWidth / columns, inputHeight / rows));
    const anchors = anchorsOf(p, level, stride);
    const width = classes + p.classOffset;
    requireShape(
      scores.data.length === anchors.length * width * plane,
      `[1, ${anchors.length * width}, H, W]`,
      scores,
    );
    requireShape(boxes.data.length === anchors.length * 4 * plane, `[1, ${anchors.length * 4}, H, W]`, boxes);
    for (let i = 0; i < scores.data.length; i++) {
      const raw = at(scores.data, i);
      const score = p.activation === 'sigmoid' ? sigmoid(raw) : raw;
      if (score < minScore) continue;
      const cell = i % plane;
      const channel = (i - cell) / plane;
      const anchor = Math.floor(channel / width);
      const size = anchors[anchor];
      const classIndex = (channel % width) - p.classOffset;
      if (!size || classIndex < 0) continue;
      const delta = (k: number) => at(boxes.data, (anchor * 4 + k) * plane + cell);
      const x = ((cell % columns) + p.center) * stride;
      const y = (Math.floor(cell / columns) + p.center) * stride;
      found.push({ ...boxOf(p, size, x, y, delta), score, classIndex });
    }
  }
  return found;
}

function fromRows({
  outputs,
  parameters: p,
  inputWidth,
  inputHeight,
  classes,
  minScore,
}: Context): Candidate[] {
  const scores = valuesOf(outputs, p.scores?.[0], 0);
  const boxes = valuesOf(outputs, p.boxes?.[0], 1);
  const levels = p.strides.map((stride, level) => ({
    stride,
    anchors: anchorsOf(p, level, stride),
    rows: Math.ceil(inputHeight / stride),
    columns: Math.ceil(inputWidth / stride),
  }));
  const total = levels.reduce((sum, { rows, columns, anchors }) => sum + rows * columns * anchors.length, 0);
  const width = scores.data.length / total;
  requireShape(
    Number.isInteger(width) && width >= p.classOffset + 1 && width <= classes + p.classOffset,
    `[1, ${total}, at most ${classes + p.classOffset}]`,
    scores,
  );
  requireShape(boxes.data.length === total * 4, `[1, ${total}, 4]`, boxes);
  // Hundreds of thousands of anchors with a hundred classes: the logarithm is taken once.
  const least = p.activation === 'sigmoid' ? Math.log(minScore / (1 - minScore)) : minScore;
  const found: Candidate[] = [];
  let row = 0;
  for (const { stride, anchors, rows, columns } of levels) {
    for (let cell = 0; cell < rows * columns; cell++) {
      for (const size of anchors) {
        const start = row++;
        for (let k = p.classOffset; k < width; k++) {
          const raw = at(scores.data, start * width + k);
          if (raw < least) continue;
          const score = p.activation === 'sigmoid' ? sigmoid(raw) : raw;
          const delta = (i: number) => at(boxes.data, start * 4 + i);
          const x = ((cell % columns) + p.center) * stride;
          const y = (Math.floor(cell / columns) + p.center) * stride;
          found.push({ ...boxOf(p, size, x, y, delta), score, classIndex: k - p.classOffset });
        }
      }
    }
  }
  return found;
}

function planeOf({ dims }: Values): readonly [number, number] {
  return [dims.at(-2) ?? 1, dims.at(-1) ?? 1];
}
