import { expect, test } from 'vitest';
import { ARCHITECTURES } from '../../../src/convert/keras/architectures/index.ts';
import { importKeras } from '../../../src/convert/keras/import-keras.ts';
import { memorySource } from '../../../src/convert/source/byte-source.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { retinanet } from '../../../src/tasks/detect/decoders/retinanet.ts';
import { yolov3 } from '../../../src/tasks/detect/decoders/yolov3.ts';
import { runModel } from '../import-run.ts';
import { writeKerasWeights } from './h5-writer.ts';

disableTelemetry();

test('Tiny YOLOv3 without a model, of two classes', async () => {
  const built = ARCHITECTURES.find(({ id }) => id === 'tiny-yolov3')?.build(2);
  const counts = new Map<string, number>();
  const groups = (built?.weighted ?? []).map(({ kind, shapes }) => {
    const number = counts.get(kind) ?? 0;
    counts.set(kind, number + 1);
    const name = `${kind === 'conv' ? 'conv2d' : 'batch_normalization'}_${number + 1}`;
    const weights = shapes.map((shape, i) => ({
      name: `${name}/${i}:0`,
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(kind === 'norm' && i === 3 ? 1 : 0.01),
    }));
    return { name, weights };
  });
  const file = memorySource(await writeKerasWeights(groups));
  const { model, manifest, doubts } = importKeras(file, { id: 'net', labels: ['cat', 'dog'] });
  expect(manifest).toMatchObject({ task: 'detect', output: { decoder: 'yolov3' }, input: { width: 416 } });
  expect(doubts.map(({ text }) => text).join()).toMatch(/anchors/);
  const outputs = await runModel(model, new Float32Array(3 * 416 * 416).fill(0.5), [1, 3, 416, 416]);
  if (manifest.output.decoder !== 'yolov3') throw new Error('decoder');
  const found = yolov3.decode({
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, { type: 'float32' as const, ...value }]),
    ),
    parameters: yolov3.parameters.parse(manifest.output.parameters),
    inputWidth: 416,
    inputHeight: 416,
    classes: 2,
    minScore: 0,
  });
  expect(found.length).toBe(3 * (13 * 13 + 26 * 26));
  expect(() => importKeras(file, { id: 'net', labels: ['cat'] })).toThrow(
    expect.objectContaining({ code: 'LABELS_INVALID' }),
  );
});

/** A pyramid of two levels with the layers of keras-retinanet around it. */
function retinanetConfig() {
  const layer = (kind: string, name: string, config: object, inputs: readonly string[]) => ({
    class_name: kind,
    name,
    config: { name, ...config },
    inbound_nodes: inputs.length > 0 ? [inputs.map((input) => [input, 0, 0, {}])] : [],
  });
  const conv = (name: string, filters: number, input: string, more: object = {}) =>
    layer('Conv2D', name, { filters, kernel_size: [1, 1], strides: [1, 1], padding: 'same', ...more }, [
      input,
    ]);
  return {
    class_name: 'Model',
    config: {
      name: 'retinanet-bbox',
      layers: [
        layer('InputLayer', 'input_1', { batch_input_shape: [null, null, null, 3] }, []),
        conv('c3', 4, 'input_1', { kernel_size: [8, 8], strides: [8, 8], padding: 'valid' }),
        conv('c4', 4, 'c3', { kernel_size: [2, 2], strides: [2, 2] }),
        layer('UpsampleLike', 'up', {}, ['c4', 'c3']),
        layer('Add', 'p3', {}, ['up', 'c3']),
        conv('boxes', 36, 'p3'),
        layer('Reshape', 'regression', { target_shape: [-1, 4] }, ['boxes']),
        conv('scores', 18, 'p3', { activation: 'sigmoid' }),
        layer('Reshape', 'classification', { target_shape: [-1, 2] }, ['scores']),
        layer('Anchors', 'anchors_0', { size: 32 }, ['p3']),
        layer('RegressBoxes', 'bbox', {}, ['anchors_0', 'regression']),
        layer('ClipBoxes', 'clipped_boxes', {}, ['input_1', 'bbox']),
        layer('FilterDetections', 'filtered_detections', {}, ['clipped_boxes', 'classification']),
      ],
      input_layers: [['input_1', 0, 0]],
      output_layers: [['filtered_detections', 0, 0]],
    },
  };
}

test('keras-retinanet is cut before its own layers', async () => {
  const kernels = [
    ['c3', [8, 8, 3, 4], 4],
    ['c4', [2, 2, 4, 4], 4],
    ['boxes', [1, 1, 4, 36], 36],
    ['scores', [1, 1, 4, 18], 18],
  ] as const;
  const groups = kernels.map(([name, shape, out]) => ({
    name,
    weights: [
      {
        name: `${name}/kernel:0`,
        shape,
        data: new Float32Array(shape.reduce((a: number, b) => a * b, 1)).fill(0.001),
      },
      { name: `${name}/bias:0`, shape: [out], data: new Float32Array(out) },
    ],
  }));
  const attributes = {
    keras_version: '2.2.4',
    backend: 'tensorflow',
    model_config: JSON.stringify(retinanetConfig()),
  };
  const file = await writeKerasWeights(groups, attributes, '/model_weights');
  const { model, manifest } = importKeras(memorySource(file), {
    id: 'net',
    side: 64,
    labels: ['cat', 'dog'],
  });
  expect(manifest).toMatchObject({
    task: 'detect',
    output: { decoder: 'retinanet', parameters: { deltas: 'corners', deltaScale: 0.2, layout: 'rows' } },
    input: { channelOrder: 'BGR', width: 64 },
  });
  const outputs = await runModel(model, new Float32Array(3 * 64 * 64).fill(1), [1, 3, 64, 64]);
  expect(Object.values(outputs).map(({ dims }) => dims)).toEqual([
    [1, 576, 4],
    [1, 576, 2],
  ]);
});

test.each([
  [
    'torchvision',
    {
      order: 'ratio-first',
      center: 0,
      rounding: 'corners',
      ratios: [0.5, 1, 2],
      sizes: [[32, 40, 50]],
      classOffset: 1,
    },
  ],
  [
    'keras-retinanet',
    {
      order: 'ratio-first',
      center: 0.5,
      rounding: 'none',
      ratios: [0.5, 1, 2],
      deltas: 'corners',
      deltaScale: 0.2,
    },
  ],
])('a box comes back from its deltas: %s', (_, options) => {
  const parameters = retinanet.parameters.parse({
    layout: 'rows',
    strides: [8],
    scores: ['s'],
    boxes: ['b'],
    ...options,
  });
  const [columns, rows] = [8, 6];
  const total = columns * rows * 9;
  const width = 2 + parameters.classOffset;
  const scores = new Float32Array(total * width);
  const boxes = new Float32Array(total * 4);
  // Ratio 2, second scale, third column of the fourth row.
  const [column, row, ratio] = [2, 3, 2];
  const place = (row * columns + column) * 9 + 7;
  const scale = parameters.sizes ? 40 : 8 * (parameters.scales[1] ?? 1);
  const round = (value: number) => (parameters.rounding === 'corners' ? 2 * Math.round(value / 2) : value);
  const [w, h] = [round(scale / Math.sqrt(ratio)), round(scale * Math.sqrt(ratio))];
  const [x, y] = [(column + parameters.center) * 8, (row + parameters.center) * 8];
  scores[place * width + parameters.classOffset + 1] = 0.9;
  const wanted = { x1: 10, y1: 5, x2: 40, y2: 45 };
  const deltas =
    parameters.deltas === 'corners'
      ? [
          (wanted.x1 - (x - w / 2)) / w,
          (wanted.y1 - (y - h / 2)) / h,
          (wanted.x2 - (x + w / 2)) / w,
          (wanted.y2 - (y + h / 2)) / h,
        ].map((d) => d / 0.2)
      : [(25 - x) / w, (25 - y) / h, Math.log(30 / w), Math.log(40 / h)];
  boxes.set(deltas, place * 4);
  const outputs = {
    s: { type: 'float32' as const, dims: [1, total, width], data: scores },
    b: { type: 'float32' as const, dims: [1, total, 4], data: boxes },
  };
  const found = retinanet.decode({
    outputs,
    parameters,
    inputWidth: 64,
    inputHeight: 48,
    classes: 2,
    minScore: 0.5,
  });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ classIndex: 1, score: expect.closeTo(0.9) });
  for (const side of ['x1', 'y1', 'x2', 'y2'] as const) expect(found[0]?.[side]).toBeCloseTo(wanted[side], 3);
});
