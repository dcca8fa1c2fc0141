import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { damageJson } from '../../../scripts/fuzz/damage-json.ts';
import { importModel } from '../../../src/convert/import-model.ts';
import { importTfjs } from '../../../src/convert/tfjs/import-tfjs.ts';
import type { TfjsFiles } from '../../../src/convert/tfjs/types.ts';
import { isPictorError } from '../../../src/errors.ts';
import { attr, floats, graphModel, int, ints, layersModel, type NodeInput } from './model-builder.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-malformed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const GRAPH = graphModel(
  [-1, 8, 8, 3],
  [
    {
      name: 'conv',
      op: '_FusedConv2D',
      input: ['picture', 'w', 'b'],
      attr: {
        strides: attr.ints(1, 2, 2, 1),
        dilations: attr.ints(1, 1, 1, 1),
        padding: attr.text('SAME'),
        fused_ops: attr.texts('BiasAdd', 'Relu6'),
        num_args: attr.int(1),
      },
    },
    { name: 'shape', op: 'Shape', input: ['conv'] },
    { name: 'parts', op: 'Split', input: ['axis', 'conv'], attr: { num_split: attr.int(2) } },
    { name: 'joined', op: 'ConcatV2', input: ['parts:1', 'parts', 'axis'], attr: { N: attr.int(2) } },
    { name: 'flat', op: 'Reshape', input: ['joined', 'dims'] },
    { name: 'scores', op: 'Softmax', input: ['flat'] },
  ],
  { w: floats([3, 3, 3, 4]), b: floats([4]), axis: int(3), dims: ints(-1, 64) },
);

const LAYERS = layersModel(
  {
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: [
        {
          class_name: 'InputLayer',
          name: 'in',
          config: { batch_input_shape: [null, 8, 8, 3] },
          inbound_nodes: [],
        },
        {
          class_name: 'Sequential',
          name: 'inner',
          config: {
            name: 'inner',
            layers: [
              { class_name: 'Conv2D', config: { name: 'conv', filters: 2, kernel_size: [3, 3], strides: 2 } },
              { class_name: 'BatchNormalization', config: { name: 'bn', axis: [3] } },
            ],
          },
          inbound_nodes: [[['in', 0, 0, {}]]],
        },
        { class_name: 'Flatten', name: 'flat', config: {}, inbound_nodes: [[['inner', 0, 0, {}]]] },
        {
          class_name: 'Dense',
          name: 'scores',
          config: { units: 4, activation: 'softmax' },
          inbound_nodes: [[['flat', 0, 0, {}]]],
        },
      ],
      input_layers: [['in', 0, 0]],
      output_layers: [['scores', 0, 0]],
    },
  },
  {
    'conv/kernel': floats([3, 3, 3, 2]),
    'conv/bias': floats([2]),
    'bn/gamma': floats([2]),
    'bn/beta': floats([2]),
    'bn/moving_mean': floats([2]),
    'bn/moving_variance': floats([2]),
    'scores/kernel': floats([18, 4]),
    'scores/bias': floats([4]),
  },
);

/** `ok`, or the code of the error. Anything but an error of the table fails the test. */
function outcome(files: TfjsFiles): string {
  try {
    importTfjs(files, { id: 'small' });
    return 'ok';
  } catch (error) {
    if (!isPictorError(error)) throw error;
    return error.code;
  }
}

const FINE = new Set(['ok', 'CONVERT_INPUT_INVALID', 'CONVERT_OP_UNSUPPORTED']);
const jsonOf = ({ modelJson }: TfjsFiles): unknown => JSON.parse(Buffer.from(modelJson).toString());
const withJson = (files: TfjsFiles, json: unknown): TfjsFiles => ({
  ...files,
  modelJson: Buffer.from(JSON.stringify(json)),
});

describe.each([
  ['graph', GRAPH],
  ['layers', LAYERS],
] as const)('a damaged %s model', (_, files) => {
  test('is fine before', () => {
    expect(outcome(files)).toBe('ok');
  });

  test('is one error, or still a model, however its structure is damaged', () => {
    const json = jsonOf(files);
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 8, maxLength: 120 }),
        fc.integer({ min: 1, max: 4 }),
        (numbers, n) => {
          let at = 0;
          const next = (below: number) => (numbers[at++ % numbers.length] ?? 0) % below;
          expect(FINE).toContain(outcome(withJson(files, damageJson(json, next, n))));
        },
      ),
      { numRuns: 1500 },
    );
  }, 60_000);

  test('is one error when the text is cut anywhere', () => {
    for (let length = 0; length < files.modelJson.length; length += 7) {
      expect(outcome({ ...files, modelJson: files.modelJson.subarray(0, length) })).toBe(
        'CONVERT_INPUT_INVALID',
      );
    }
  });

  test('is one error when weights are missing, or too many', () => {
    const whole = files.shards.get('weights.bin') ?? new Uint8Array();
    for (const bytes of [whole.subarray(1), whole.subarray(0, 0), new Uint8Array([...whole, 0])]) {
      expect(() =>
        importTfjs({ ...files, shards: new Map([['weights.bin', bytes]]) }, { id: 'small' }),
      ).toThrow(
        expect.objectContaining({
          code: 'CONVERT_INPUT_INVALID',
          message: expect.stringMatching(
            new RegExp(`${bytes.length} bytes of weights in weights.bin, .*describes`),
          ),
        }),
      );
    }
    expect(() => importTfjs({ ...files, shards: new Map() }, { id: 'small' })).toThrow(
      /no weights file weights\.bin/,
    );
  });
});

describe('a graph', () => {
  const behind = (...nodes: readonly NodeInput[]) => graphModel([-1, 8, 8, 3], nodes, { w: floats([3]) });

  test('that is a cycle is one error', () => {
    const files = behind(
      { name: 'a', op: 'Add', input: ['picture', 'b'] },
      { name: 'b', op: 'Relu', input: ['a'] },
      { name: 'result', op: 'Relu', input: ['b'] },
    );
    expect(() => importTfjs(files, { id: 'small' })).toThrow(/a cycle through/);
  });

  test('that reads what there is not is one error that names it', () => {
    expect(() => importTfjs(behind({ name: 'a', op: 'Relu', input: ['nothing'] }), { id: 'small' })).toThrow(
      /no node nothing, which a needs/,
    );
    expect(() =>
      importTfjs(behind({ name: 'a', op: 'Relu', input: ['picture:3'] }), { id: 'small' }),
    ).toThrow(/output 3 of picture/);
  });

  test('names every operation without a translation', () => {
    const files = behind(
      { name: 'first', op: 'NonMaxSuppressionV5', input: ['picture'] },
      { name: 'second', op: 'Where', input: ['first'] },
    );
    expect(() => importTfjs(files, { id: 'small' })).toThrow(
      /Where \(second\), NonMaxSuppressionV5 \(first\)/,
    );
  });

  test('of forty thousand nodes, or with everything at once, takes seconds at most', () => {
    const chain = Array.from({ length: 40_000 }, (_, i) => ({
      name: `n${i}`,
      op: i % 2 ? 'Relu' : 'Identity',
      input: [i === 0 ? 'picture' : `n${i - 1}`],
    }));
    const started = performance.now();
    expect(outcome(behind(...chain))).toBe('ok');
    const outputs = chain.map((node, i) => ({
      ...node,
      op: 'Split',
      input: ['axis', 'picture'],
      name: `s${i}`,
    }));
    const wide = graphModel(
      [1, 8, 8, 4096],
      outputs.slice(0, 20_000).map((node) => ({ ...node, attr: { num_split: attr.int(4096) } })),
      { axis: int(3) },
    );
    expect(outcome(wide)).toBe('CONVERT_INPUT_INVALID');
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 60_000);

  test.each([
    [
      'a split into too many',
      { op: 'Split', input: ['axis', 'picture'], attr: { num_split: attr.int(2 ** 31 - 1) } },
    ],
    [
      'a kernel of any size',
      {
        op: 'MaxPool',
        input: ['picture'],
        attr: {
          ksize: attr.ints(1, 2 ** 31, 1, 1),
          strides: attr.ints(1, 1, 1, 1),
          padding: attr.text('SAME'),
        },
      },
    ],
    [
      'a stride of nothing',
      {
        op: 'MaxPool',
        input: ['picture'],
        attr: { ksize: attr.ints(1, 1, 1, 1), strides: attr.ints(1, 0, 0, 1), padding: attr.text('SAME') },
      },
    ],
    ['an axis far out', { op: 'ExpandDims', input: ['picture', 'far'] }],
    ['a repetition of everything', { op: 'Tile', input: ['picture', 'many'] }],
    ['a picture of any size', { op: 'ResizeBilinear', input: ['picture', 'huge'] }],
    [
      'lists that are endless',
      { op: 'MaxPool', input: ['picture'], attr: { ksize: attr.ints(...Array(5000).fill(1)) } },
    ],
  ])('with %s is one error', (_, node) => {
    const files = graphModel([-1, 8, 8, 3], [{ ...node, name: 'result' }], {
      axis: int(3),
      far: int(2 ** 31 - 1),
      many: ints(1, 2 ** 31 - 1, 1, 1),
      huge: ints(2 ** 31 - 1, 2 ** 31 - 1),
    });
    expect(outcome(files)).toBe('CONVERT_INPUT_INVALID');
  });

  test('with a weight of an impossible size allocates nothing', () => {
    const files = graphModel([-1, 8, 8, 3], [{ name: 'result', op: 'Add', input: ['picture', 'w'] }], {
      w: floats([3]),
    });
    const json = JSON.parse(Buffer.from(files.modelJson).toString());
    for (const shape of [[2 ** 30, 2 ** 30, 8], [2 ** 31 - 1], [2 ** 53, 2 ** 53]]) {
      json.weightsManifest[0].weights[0].shape = shape;
      expect(outcome(withJson(files, json))).toBe('CONVERT_INPUT_INVALID');
    }
  });
});

describe('models inside of models', () => {
  const nested = (depth: number): unknown =>
    depth === 0
      ? { class_name: 'ReLU', config: { name: 'relu', batch_input_shape: [null, 4, 4, 3] } }
      : { class_name: 'Sequential', config: { name: `m${depth}`, layers: [nested(depth - 1)] } };

  test('too deep are one error', () => {
    expect(outcome(layersModel(nested(10)))).toBe('ok');
    expect(outcome(layersModel(nested(200)))).toBe('CONVERT_INPUT_INVALID');
  });

  test('that multiply are one error, soon', () => {
    const level = (depth: number): unknown => ({
      class_name: 'Functional',
      name: `m${depth}`,
      config: {
        layers: [
          {
            class_name: 'InputLayer',
            name: 'in',
            config: { batch_input_shape: [null, 4, 4, 3] },
            inbound_nodes: [],
          },
          {
            ...(depth === 0 ? { class_name: 'ReLU', config: {} } : Object(level(depth - 1))),
            name: 'shared',
            // Each call reads the one before: ten times ten times ten …
            inbound_nodes: Array.from({ length: 10 }, (_, i) => [
              [i ? 'shared' : 'in', i ? i - 1 : 0, 0, {}],
            ]),
          },
        ],
        input_layers: [['in', 0, 0]],
        output_layers: [['shared', 9, 0]],
      },
    });
    const started = performance.now();
    expect(outcome(layersModel(level(1)))).toBe('ok');
    expect(outcome(layersModel(level(12)))).toBe('CONVERT_INPUT_INVALID');
    expect(performance.now() - started).toBeLessThan(25_000);
  }, 60_000);
});

describe('files', () => {
  test('weights outside of the folder are refused, and not read', async () => {
    const target = join(folder, 'inner');
    await mkdir(target, { recursive: true });
    await writeFile(join(folder, 'secret.bin'), 'secret');
    const json = JSON.parse(Buffer.from(GRAPH.modelJson).toString());
    for (const path of [
      '../secret.bin',
      join(folder, 'secret.bin'),
      '..\\secret.bin',
      'a/../../secret.bin',
      'https://x/y',
    ]) {
      json.weightsManifest[0].paths = [path];
      await writeFile(join(target, 'model.json'), JSON.stringify(json));
      await expect(importModel(target)).rejects.toMatchObject({
        code: 'CONVERT_INPUT_INVALID',
        message: expect.stringContaining('beside model.json'),
      });
    }
  });

  test('an archive that unpacks to more than any model has is refused', async () => {
    const path = join(folder, 'bomb.zip');
    const zip = zipSync({ 'model.json': strToU8('{}'), 'weights.bin': new Uint8Array(1_000_000) });
    // The central directory claims four gigabytes.
    const view = new DataView(zip.buffer, zip.byteOffset);
    for (let at = 0; at + 46 < zip.length; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0xfffffff0, true);
    }
    await writeFile(path, zip);
    await expect(importModel(path)).rejects.toMatchObject({ code: 'CONVERT_INPUT_INVALID' });
    await writeFile(path, zip.subarray(0, zip.length >> 1));
    await expect(importModel(path)).rejects.toMatchObject({ code: 'CONVERT_INPUT_INVALID' });
  });

  test('JSON that is endlessly deep, or no UTF-8, is one error', () => {
    for (const modelJson of [
      Buffer.from(`{"modelTopology":${'['.repeat(2_000_000)}`),
      Buffer.from(`{"modelTopology":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
      Buffer.from('null'),
    ]) {
      expect(outcome({ modelJson, shards: new Map() })).toBe('CONVERT_INPUT_INVALID');
    }
  });

  test('labels of a Teachable Machine export that are damaged are one error', async () => {
    const target = join(folder, 'labels');
    await mkdir(target, { recursive: true });
    await writeFile(join(target, 'model.json'), LAYERS.modelJson);
    await writeFile(join(target, 'weights.bin'), LAYERS.shards.get('weights.bin') ?? '');
    for (const metadata of ['{"labels":[1,2]}', '{"labels":"ab"}', '{', '{"labels":["a"],"imageSize":1e9}']) {
      await writeFile(join(target, 'metadata.json'), metadata);
      await expect(importModel(target)).rejects.toMatchObject({ code: 'CONVERT_INPUT_INVALID' });
    }
  });
});
