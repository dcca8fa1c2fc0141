import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/engine/types.ts';
import type { OutputSpec } from '../../src/models/manifest/manifest.ts';
import { decoderOf } from '../../src/tasks/detect/decoders/index.ts';
import { anchorSize } from '../../src/tasks/detect/decoders/retinanet.ts';

const SIZE = 64;
const CLASSES = 3;
const logit = (p: number) => Math.log(p / (1 - p));
const tensor = (dims: number[], fill = 0): Tensor & { data: Float32Array } => ({
  type: 'float32',
  dims,
  data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(fill),
});

interface Truth {
  readonly cx: number;
  readonly cy: number;
  readonly w: number;
  readonly h: number;
  readonly score: number;
  readonly classIndex: number;
}
type Encoded = { outputs: Record<string, Tensor>; parameters?: Record<string, unknown> };

const truth = fc.record({
  cx: fc.double({ min: 16, max: 47.5, noNaN: true }),
  cy: fc.double({ min: 16, max: 47.5, noNaN: true }),
  w: fc.double({ min: 4, max: 30, noNaN: true }),
  h: fc.double({ min: 4, max: 30, noNaN: true }),
  score: fc.double({ min: 0.4, max: 0.95, noNaN: true }),
  classIndex: fc.nat({ max: CLASSES - 1 }),
});

const corners = ({ cx, cy, w, h }: Truth) => [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2];

function oneToOne(t: Truth): Encoded {
  const out = tensor([1, 4, 6]);
  out.data.set([...corners(t), t.score, t.classIndex], 6);
  return { outputs: { out } };
}

function rows(width: number, count: number, row: number, values: number[]): Encoded {
  const out = tensor([1, count, width]);
  out.data.set(values, row * width);
  return { outputs: { out } };
}

const oneHot = (t: Truth, value: number) =>
  Array.from({ length: CLASSES }, (_, c) => (c === t.classIndex ? value : 0));

const ENCODERS: Record<
  Exclude<OutputSpec['decoder'], 'classification' | 'embedding'>,
  (t: Truth) => Encoded
> = {
  centernet: oneToOne,
  yolov10: oneToOne,
  ssd(t) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = corners(t).map((v) => v / SIZE);
    const boxes = tensor([1, 2, 4]);
    boxes.data.set([y1, x1, y2, x2], 4);
    const scores = tensor([1, 2]);
    scores.data[1] = t.score;
    const classes = tensor([1, 2], 1);
    classes.data[1] = t.classIndex + 1;
    return { outputs: { detection_boxes: boxes, detection_scores: scores, detection_classes: classes } };
  },
  'ssd-raw'(t) {
    const cell = { x: Math.floor(t.cx / 32), y: Math.floor(t.cy / 32) };
    const row = cell.y * 2 + cell.x;
    const boxes = tensor([1, 4, 4]);
    const scores = tensor([1, 4, CLASSES + 1], -20);
    const side = 0.5 * SIZE;
    boxes.data.set(
      [
        ((t.cy - (cell.y + 0.5) * 32) / side) * 10,
        ((t.cx - (cell.x + 0.5) * 32) / side) * 10,
        Math.log(t.h / side) * 5,
        Math.log(t.w / side) * 5,
      ],
      row * 4,
    );
    scores.data[row * (CLASSES + 1) + 1 + t.classIndex] = logit(t.score);
    // One map, one anchor a cell: the geometric mean of 0.25 and 1.
    return {
      outputs: { boxes, scores },
      parameters: { grids: [2], minScale: 0.25, aspectRatios: [], reduceFirst: false },
    };
  },
  retinanet(t) {
    const stride = 8;
    const columns = SIZE / stride;
    const plane = columns * columns;
    const anchor = 4;
    const cell = Math.floor(t.cy / stride) * columns + Math.floor(t.cx / stride);
    const [w, h] = anchorSize(stride, 2, 4 * 2 ** (1 / 3));
    const scores = tensor([1, 9 * CLASSES, columns, columns]);
    const boxes = tensor([1, 36, columns, columns]);
    scores.data[(anchor * CLASSES + t.classIndex) * plane + cell] = t.score;
    const deltas = [
      (t.cx - ((cell % columns) + 0.5) * stride) / w,
      (t.cy - (Math.floor(cell / columns) + 0.5) * stride) / h,
      Math.log(t.w / w),
      Math.log(t.h / h),
    ];
    for (const [k, delta] of deltas.entries()) boxes.data[(anchor * 4 + k) * plane + cell] = delta;
    return { outputs: { scores, boxes } };
  },
  yolov3(t) {
    const stride = 16;
    const columns = SIZE / stride;
    const plane = columns * columns;
    const width = 5 + CLASSES;
    const x = Math.floor(t.cx / stride);
    const y = Math.floor(t.cy / stride);
    const out = tensor([1, 2 * width, columns, columns], -30);
    const inside = (v: number) => logit(Math.min(1 - 1e-6, Math.max(1e-6, v)));
    const values = [
      inside(t.cx / stride - x),
      inside(t.cy / stride - y),
      Math.log(t.w / 20),
      Math.log(t.h / 10),
      30,
      ...oneHot(t, 1).map((hot) => (hot ? logit(t.score) : -30)),
    ];
    for (const [k, value] of values.entries()) out.data[(width + k) * plane + y * columns + x] = value;
    const anchors = [
      [5, 5],
      [20, 10],
    ];
    return { outputs: { out }, parameters: { heads: [{ stride, anchors }] } };
  },
  'yolov3-nms'(t) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = corners(t);
    const boxes = tensor([1, 3, 4]);
    boxes.data.set([y1, x1, y2, x2], 8);
    const scores = tensor([1, CLASSES, 3]);
    scores.data[t.classIndex * 3 + 2] = t.score;
    const indices: Tensor = {
      type: 'int32',
      dims: [1, 2, 3],
      data: Int32Array.of(0, t.classIndex, 2, -1, -1, -1),
    };
    return { outputs: { boxes, scores, indices } };
  },
  yolov5: (t) => rows(5 + CLASSES, 7, 3, [t.cx, t.cy, t.w, t.h, 1, ...oneHot(t, t.score)]),
  yolov8(t) {
    const out = tensor([1, 4 + CLASSES, 7]);
    for (const [k, v] of [t.cx, t.cy, t.w, t.h, ...oneHot(t, t.score)].entries()) out.data[k * 7 + 3] = v;
    return { outputs: { out } };
  },
  yolox(t) {
    const x = Math.floor(t.cx / 16);
    const y = Math.floor(t.cy / 16);
    const values = [t.cx / 16 - x, t.cy / 16 - y, Math.log(t.w / 16), Math.log(t.h / 16), 1];
    return rows(5 + CLASSES, 64 + 16 + 4, 64 + y * 4 + x, [...values, ...oneHot(t, t.score)]);
  },
  nanodet(t) {
    const x = Math.round(t.cx / 16);
    const y = Math.round(t.cy / 16);
    // Two neighbouring bins share a distance between them; the others weigh nothing.
    const side = (pixels: number) => {
      const bins = new Array<number>(8).fill(-60);
      const value = pixels / 16;
      const low = Math.floor(value);
      bins[low] = Math.log(Math.max(1e-12, 1 - (value - low)));
      bins[low + 1] = Math.log(Math.max(1e-12, value - low));
      return bins;
    };
    const wide = { ...t, w: t.w + 20, h: t.h + 20 };
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = corners(wide);
    const sides = [x * 16 - x1, y * 16 - y1, x2 - x * 16, y2 - y * 16];
    return {
      ...rows(CLASSES + 32, 16, y * 4 + x, [...oneHot(t, t.score), ...sides.flatMap(side)]),
      parameters: { strides: [16] },
    };
  },
};

describe.each(Object.entries(ENCODERS))('%s', (name, encode) => {
  test('gives an encoded box back', () => {
    fc.assert(
      fc.property(truth, (given) => {
        // A NanoDet centre is a grid point, so that the box must reach over it on every side.
        const t =
          name === 'nanodet' ? { ...given, cx: Math.min(given.cx, 39), cy: Math.min(given.cy, 39) } : given;
        const { outputs, parameters = {} } = encode(t);
        const output = { decoder: name, parameters } as OutputSpec;
        const found = decoderOf(output).decode({
          outputs,
          inputWidth: SIZE,
          inputHeight: SIZE,
          classes: CLASSES,
          minScore: 0.3,
        });
        expect(found).toHaveLength(1);
        const wanted = corners(name === 'nanodet' ? { ...t, w: t.w + 20, h: t.h + 20 } : t);
        const [box] = found;
        const got = [box?.x1, box?.y1, box?.x2, box?.y2];
        for (const [i, value] of wanted.entries()) expect(got[i]).toBeCloseTo(value, 2);
        expect(box?.score).toBeCloseTo(t.score, 4);
        expect(box?.classIndex).toBe(t.classIndex);
      }),
      { numRuns: 60 },
    );
  });

  test('refuses parameters that it does not understand', () => {
    const output = { decoder: name, parameters: { iouThreshold: 7 } } as OutputSpec;
    expect(() => decoderOf(output)).toThrow(expect.objectContaining({ code: 'MODEL_MANIFEST_INVALID' }));
  });
});
