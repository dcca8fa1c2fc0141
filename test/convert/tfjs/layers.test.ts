import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { importTfjs } from '../../../src/convert/tfjs/import-tfjs.ts';
import type { TfjsFiles } from '../../../src/convert/tfjs/types.ts';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { difference } from '../../support/tfjs.ts';
import { expectAgreement } from './agreement.ts';
import { floats, layersModel } from './model-builder.ts';

disableTelemetry();
beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** A model of TensorFlow.js as its own files, with weights that are not at their start values. */
async function saved(model: tf.LayersModel): Promise<TfjsFiles> {
  model.setWeights(
    model.getWeights().map((weight, i) => {
      const { data, shape } = floats(weight.shape.map(Number), i + 1);
      const values = tf.tensor(data, [...shape]).mul(0.4);
      // Variances are positive.
      return model.weights[i]?.originalName.includes('variance') ? values.abs().add(0.5) : values;
    }),
  );
  const files: { modelJson?: Uint8Array; weights?: Uint8Array } = {};
  await model.save({
    save: async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      const json = { format: 'layers-model', modelTopology, weightsManifest };
      files.modelJson = Buffer.from(JSON.stringify(json));
      files.weights = new Uint8Array(Array.isArray(weightData) ? (weightData[0] ?? []) : (weightData ?? []));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  const { modelJson, weights } = files;
  if (!modelJson || !weights) throw new Error('nothing saved');
  return { modelJson, shards: new Map([['weights.bin', weights]]) };
}

/** One layer, or a few, behind a picture 8 × 6. */
function behindPicture(...layers: tf.layers.Layer[]): tf.LayersModel {
  const input = tf.input({ shape: [8, 6, 3] });
  const output = layers.reduce<tf.SymbolicTensor>((x, layer) => {
    const y = layer.apply(x);
    if (!(y instanceof tf.SymbolicTensor)) throw new Error('one output belongs here');
    return y;
  }, input);
  return tf.model({ inputs: input, outputs: output });
}

const L = tf.layers;
const LAYERS: readonly (readonly [string, () => tf.layers.Layer[]])[] = [
  [
    'Conv2D, same',
    () => [L.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' })],
  ],
  [
    'Conv2D, dilated, without bias',
    () => [L.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2, useBias: false })],
  ],
  [
    'Conv2DTranspose, same',
    () => [L.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })],
  ],
  [
    'Conv2DTranspose, valid',
    () => [L.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'valid' })],
  ],
  [
    'Conv2DTranspose, steps over the kernel',
    () => [L.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, padding: 'valid' })],
  ],
  [
    'DepthwiseConv2D',
    () => [L.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'elu' })],
  ],
  ['SeparableConv2D', () => [L.separableConv2d({ filters: 5, kernelSize: 3, activation: 'tanh' })]],
  ['BatchNormalization', () => [L.batchNormalization({})]],
  ['BatchNormalization without scale', () => [L.batchNormalization({ scale: false, epsilon: 0.01 })]],
  ['BatchNormalization of vectors', () => [L.globalAveragePooling2d({}), L.batchNormalization({})]],
  ['LayerNormalization', () => [L.layerNormalization({})]],
  ['MaxPooling2D', () => [L.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })]],
  ['AveragePooling2D', () => [L.averagePooling2d({ poolSize: [2, 3], padding: 'same' })]],
  ['GlobalMaxPooling2D', () => [L.globalMaxPooling2d({})]],
  [
    'ZeroPadding2D',
    () => [
      L.zeroPadding2d({
        padding: [
          [0, 1],
          [2, 3],
        ],
      }),
    ],
  ],
  [
    'Cropping2D',
    () => [
      L.cropping2D({
        cropping: [
          [1, 2],
          [0, 1],
        ],
      }),
    ],
  ],
  ['UpSampling2D, nearest', () => [L.upSampling2d({ size: [2, 3] })]],
  ['UpSampling2D, bilinear', () => [L.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })]],
  ['ReLU with a bound', () => [L.reLU({ maxValue: 0.5 })]],
  ['LeakyReLU', () => [L.leakyReLU({ alpha: 0.2 })]],
  ['PReLU', () => [L.prelu({})]],
  ['ELU', () => [L.elu({})]],
  ['ThresholdedReLU', () => [L.thresholdedReLU({ theta: 0.3 })]],
  ['Softmax', () => [L.flatten({}), L.softmax({})]],
  ['Flatten and Dense', () => [L.flatten({}), L.dense({ units: 5, activation: 'softmax' })]],
  ['Dense on a picture', () => [L.dense({ units: 5, useBias: false })]],
  ['Reshape', () => [L.reshape({ targetShape: [4, -1] })]],
  ['Permute', () => [L.permute({ dims: [3, 1, 2] })]],
  ['Dropout', () => [L.dropout({ rate: 0.5 }), L.conv2d({ filters: 1, kernelSize: 1 })]],
  ['Rescaling', () => [L.rescaling({ scale: 2, offset: -1 })]],
];

const ACTIVATIONS = [
  'elu',
  'hardSigmoid',
  'linear',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'tanh',
  'swish',
  'mish',
  'gelu',
] as const;

describe('layers', () => {
  test.each(LAYERS)('%s gives what TensorFlow.js gives', async (_, layers) => {
    const files = await saved(behindPicture(...layers()));
    await expectAgreement(files, [1, 3, 8, 6]);
    await expectAgreement(files, [2, 3, 8, 6]);
  });

  test.each(ACTIVATIONS)('activation %s', async (activation) => {
    await expectAgreement(await saved(behindPicture(L.activation({ activation }))), [1, 3, 8, 6]);
  });

  test.each(['add', 'multiply', 'average', 'maximum', 'minimum', 'concatenate'] as const)(
    'two branches that meet in %s',
    async (kind) => {
      const input = tf.input({ shape: [8, 6, 3] });
      const a = L.conv2d({ filters: 3, kernelSize: 1 }).apply(input);
      const b = L.conv2d({ filters: 3, kernelSize: 3, padding: 'same' }).apply(input);
      if (!(a instanceof tf.SymbolicTensor) || !(b instanceof tf.SymbolicTensor)) throw new Error('tensors');
      const output = L[kind]({}).apply([a, b]);
      if (!(output instanceof tf.SymbolicTensor)) throw new Error('a tensor');
      await expectAgreement(await saved(tf.model({ inputs: input, outputs: output })), [2, 3, 8, 6]);
    },
  );
});

describe('structures', () => {
  test('a layer that is used twice shares its weights', async () => {
    const input = tf.input({ shape: [8, 6, 3] });
    const shared = L.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' });
    const once = shared.apply(input);
    const twice = shared.apply(once);
    if (!(once instanceof tf.SymbolicTensor) || !(twice instanceof tf.SymbolicTensor))
      throw new Error('tensors');
    const output = L.add().apply([once, twice]);
    if (!(output instanceof tf.SymbolicTensor)) throw new Error('a tensor');
    await expectAgreement(await saved(tf.model({ inputs: input, outputs: output })), [1, 3, 8, 6]);
  });

  test('models inside of models, as Teachable Machine nests them', async () => {
    const body = behindPicture(
      L.conv2d({ filters: 6, kernelSize: 3, strides: 2, activation: 'relu' }),
      L.batchNormalization({}),
    );
    const features = tf.sequential({ layers: [body, L.globalAveragePooling2d({})] });
    const head = tf.sequential({
      layers: [
        L.dense({ inputShape: [6], units: 8, activation: 'relu' }),
        L.dense({ units: 3, activation: 'softmax', useBias: false }),
      ],
    });
    const whole = tf.sequential({ layers: [features, head] });
    const files = await saved(whole);
    await expectAgreement(files, [2, 3, 8, 6]);
    const { manifest } = importTfjs(files, { id: 'nested', labels: ['a', 'b', 'c'] });
    expect(manifest.output).toMatchObject({ decoder: 'classification', softmax: 'inside' });
    expect(manifest.labels).toEqual({ names: ['a', 'b', 'c'] });
    expect(manifest.input).toMatchObject({ width: 6, height: 8, layout: 'NCHW' });
  });
});

const KERNEL = floats([3, 3, 3, 2]);
const BIAS = floats([2], 3);
const DENSE = floats([2, 4], 5);
const CONV = {
  name: 'conv',
  filters: 2,
  kernel_size: [3, 3],
  strides: [1, 1],
  padding: 'same',
  activation: 'relu',
};
const HEAD = { name: 'scores', units: 4, activation: 'softmax', use_bias: false };

/** The same small model, as Keras 2 and as Keras 3 write it. */
const SPELLINGS = {
  'Keras 2, functional': layersModel(
    {
      keras_version: '2.9.0',
      model_config: {
        class_name: 'Functional',
        config: {
          name: 'model',
          layers: [
            {
              class_name: 'InputLayer',
              name: 'in',
              config: { name: 'in', batch_input_shape: [null, 5, 4, 3] },
              inbound_nodes: [],
            },
            { class_name: 'Conv2D', name: 'conv', config: CONV, inbound_nodes: [[['in', 0, 0, {}]]] },
            {
              class_name: 'GlobalAveragePooling2D',
              name: 'gap',
              config: { name: 'gap' },
              inbound_nodes: [[['conv', 0, 0, {}]]],
            },
            { class_name: 'Dense', name: 'scores', config: HEAD, inbound_nodes: [[['gap', 0, 0, {}]]] },
          ],
          input_layers: [['in', 0, 0]],
          output_layers: [['scores', 0, 0]],
        },
      },
    },
    { 'conv/kernel': KERNEL, 'conv/bias': BIAS, 'scores/kernel': DENSE },
  ),
  'Keras 2, an old sequential': layersModel(
    {
      class_name: 'Sequential',
      config: [
        { class_name: 'Conv2D', config: { ...CONV, batch_input_shape: [null, 5, 4, 3] } },
        { class_name: 'GlobalAveragePooling2D', config: { name: 'gap' } },
        { class_name: 'Dense', config: HEAD },
      ],
    },
    { 'model/conv/kernel': KERNEL, 'model/conv/bias': BIAS, 'model/scores/cell/kernel': DENSE },
  ),
  'Keras 3, functional': layersModel(
    {
      keras_version: '3.3.3',
      model_config: {
        class_name: 'Functional',
        config: {
          name: 'model',
          layers: [
            {
              class_name: 'InputLayer',
              module: 'keras.layers',
              config: { name: 'in', batch_shape: [null, 5, 4, 3], dtype: 'float32' },
              inbound_nodes: [],
            },
            {
              class_name: 'Conv2D',
              module: 'keras.layers',
              config: { ...CONV, dtype: { class_name: 'DTypePolicy', config: { name: 'float32' } } },
              inbound_nodes: [keras3('in', [null, 5, 4, 3])],
            },
            {
              class_name: 'GlobalAveragePooling2D',
              config: { name: 'gap', keepdims: false },
              inbound_nodes: [keras3('conv', [null, 5, 4, 2])],
            },
            { class_name: 'Dense', config: HEAD, inbound_nodes: [keras3('gap', [null, 2])] },
          ],
          input_layers: ['in', 0, 0],
          output_layers: ['scores', 0, 0],
        },
      },
    },
    { 'conv/0': KERNEL, 'conv/1': BIAS, 'scores/0': DENSE },
  ),
};

function keras3(layer: string, shape: readonly (number | null)[]) {
  const config = { shape, dtype: 'float32', keras_history: [layer, 0, 0] };
  return { args: [{ class_name: '__keras_tensor__', config }], kwargs: {} };
}

async function scores(files: TfjsFiles): Promise<number[]> {
  const { model } = importTfjs(files, { id: 'small' });
  const session = await (await loadNativeBackend()).load(model, { intraOpThreads: 1 });
  const [input = ''] = session.inputs.map(({ name }) => name);
  const data = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
  const outputs = await session.run({ [input]: { type: 'float32', dims: [1, 3, 5, 4], data } });
  await session.dispose();
  return [...(Object.values(outputs)[0]?.data ?? [])].map(Number);
}

describe('spellings', () => {
  test('Keras 2 gives what TensorFlow.js gives', async () => {
    await expectAgreement(SPELLINGS['Keras 2, functional'], [2, 3, 5, 4]);
  });

  test.each(Object.entries(SPELLINGS))('%s is the same model', async (_, files) => {
    const wanted = await scores(SPELLINGS['Keras 2, functional']);
    expect(wanted).toHaveLength(4);
    expect(difference(await scores(files), wanted).difference).toBeLessThan(1e-6);
  });
});

describe('what is not translated', () => {
  test('one error names every layer', () => {
    const files = layersModel({
      class_name: 'Sequential',
      config: {
        name: 'model',
        layers: [
          { class_name: 'LSTM', config: { name: 'memory', batch_input_shape: [null, 5, 3] } },
          {
            class_name: 'Sequential',
            config: { name: 'inner', layers: [{ class_name: 'Lambda', config: { name: 'own' } }] },
          },
        ],
      },
    });
    expect(() => importTfjs(files, { id: 'small' })).toThrow(
      expect.objectContaining({
        code: 'CONVERT_OP_UNSUPPORTED',
        message: expect.stringMatching(/LSTM \(memory\), Lambda \(own\)/),
      }),
    );
  });

  test('channels in front are refused by name', () => {
    const files = layersModel(
      {
        class_name: 'Sequential',
        config: [
          {
            class_name: 'Conv2D',
            config: { ...CONV, data_format: 'channels_first', batch_input_shape: [null, 5, 4, 3] },
          },
        ],
      },
      { 'conv/kernel': KERNEL, 'conv/bias': BIAS },
    );
    expect(() => importTfjs(files, { id: 'small' })).toThrow(
      /Conv2D \(conv\) with the data format channels_first/,
    );
  });
});
