import { expect, test } from 'vitest';
import { importPytorch } from '../../../src/convert/pytorch/import-pytorch.ts';
import { readStateDict } from '../../../src/convert/pytorch/state-dict.ts';
import { memorySource } from '../../../src/convert/source/byte-source.ts';
import { stateDictPickle, type TensorToWrite, writeTorchZip } from './torch-writers.ts';

const tensor = (name: string, ...shape: readonly number[]): TensorToWrite => ({
  name,
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.01),
});

/** P-Net: the smallest net that is known. */
const PNET = [
  ...[3, 10, 16].flatMap((inputs, i) => {
    const [out = 1, n] = [[10, 16, 32][i], i + 1];
    return [
      tensor(`conv${n}.weight`, out, inputs, 3, 3),
      tensor(`conv${n}.bias`, out),
      tensor(`prelu${n}.weight`, out),
    ];
  }),
  tensor('conv4_1.weight', 2, 32, 1, 1),
  tensor('conv4_1.bias', 2),
];

/** A ResNet of four thin blocks. */
const RESNET = [
  tensor('conv1.weight', 4, 3, 7, 7),
  ...norm('bn1', 4),
  ...[1, 2, 3, 4].flatMap((stage) =>
    [1, 2].flatMap((i) => [
      tensor(`layer${stage}.0.conv${i}.weight`, 4, 4, 3, 3),
      ...norm(`layer${stage}.0.bn${i}`, 4),
      ...(stage > 1 && i === 2
        ? [
            tensor(`layer${stage}.0.downsample.0.weight`, 4, 4, 1, 1),
            ...norm(`layer${stage}.0.downsample.1`, 4),
          ]
        : []),
    ]),
  ),
];

function norm(name: string, channels: number): TensorToWrite[] {
  return ['weight', 'bias', 'running_mean', 'running_var'].map((part) => tensor(`${name}.${part}`, channels));
}

const ascii = (text: string) => Buffer.from(text, 'latin1');
const key = (text: string) => Buffer.concat([ascii('X'), Uint8Array.of(text.length, 0, 0, 0), ascii(text)]);
/** A pickle without its protocol and its end. */
const inner = (pickle: Buffer) => pickle.subarray(2, -1);

/** `{"epoch": 3, path[0]: {path[1]: weights}, "optimizer": {"state": {0: {"exp_avg": …}}}}` */
function checkpoint(tensors: readonly TensorToWrite[], ...path: readonly string[]): Buffer {
  const wrapped = path
    .toReversed()
    .reduce(
      (value, name) => Buffer.concat([ascii('}'), key(name), value, ascii('s')]),
      inner(stateDictPickle(tensors)),
    );
  const [name = '', ...rest] = path;
  const outer =
    rest.length === 0 ? inner(stateDictPickle(tensors)) : wrapped.subarray(1 + key(name).length, -1);
  const moments = inner(stateDictPickle(tensors.map((each) => ({ ...each, name: `exp_avg.${each.name}` }))));
  const parts = [key('epoch'), ascii('K\x03'), key(name), outer, key('optimizer'), moments, ascii('u.')];
  return Buffer.concat([ascii('\x80\x02}('), ...parts]);
}

const architectureOf = (tensors: readonly TensorToWrite[], pickle?: Buffer) => {
  const source = memorySource(writeTorchZip(tensors, pickle));
  return importPytorch(source, 'pytorch-zip', { id: 'net' }).manifest.title;
};

test.each([
  [['state_dict']],
  [['model']],
  [['best_state_dict']],
  [['student']],
  [['checkpoint', 'model', 'state_dict']],
])('weights inside of %j, beside an optimizer of as many tensors', (path) => {
  expect(architectureOf(PNET, checkpoint(PNET, ...path))).toMatch(/P-Net/);
});

test.each(['module.', 'model.', '_orig_mod.', 'module.model.', 'backbone.', 'encoder.net.', 'base_model.'])(
  'keys behind %s',
  (prefix) => {
    expect(architectureOf(PNET.map((each) => ({ ...each, name: prefix + each.name })))).toMatch(/P-Net/);
  },
);

test('metrics beside the model, as Lightning saves them', () => {
  const model = PNET.map((each) => ({ ...each, name: `model.${each.name}` }));
  expect(architectureOf([...model, tensor('criterion.weight', 2), tensor('accuracy.total', 1)])).toMatch(
    /P-Net/,
  );
});

test('a head that is a dropout and a layer', () => {
  const head = [tensor('fc.1.weight', 5, 4), tensor('fc.1.bias', 5)];
  const source = memorySource(writeTorchZip([...RESNET, ...head]));
  const { manifest, doubts } = importPytorch(source, 'pytorch-zip', { id: 'net' });
  expect(manifest.title).toMatch(/ResNet/);
  expect(doubts.map(({ text }) => text).join()).toMatch(/5 classes/);
  expect(() => architectureOf([...RESNET, ...head, tensor('fc.3.weight', 2, 5)])).toThrow(/fc\.3\.weight/);
});

test('a checkpoint whose dictionaries contain themselves is read in no time', () => {
  const names = [
    'ema',
    'model',
    'net',
    'state_dict',
    'module',
    'weights',
    'params',
    'network',
    'a',
    'b',
    'c',
  ];
  const self = names.flatMap((name) => [key(name), ascii('h\0s')]);
  const many = Array.from({ length: 20_000 }, (_, i) => Buffer.concat([key(`key${i}`), ascii('Ns')]));
  const pickle = Buffer.concat([ascii('\x80\x02}q\0'), ...self, ...many, ascii('.')]);
  expect(() => readStateDict(memorySource(pickle), 'pytorch-pickle')).toThrow(
    expect.objectContaining({ code: 'FEATURE_UNSUPPORTED' }),
  );
});

test('layers that share their values are bounded by the size of the file', () => {
  const shared = tensor('layer1.0.conv1.weight', 64, 64, 3, 3);
  const blocks = Array.from({ length: 400 }, (_, i) =>
    [1, 2].map((n) => `layer1.${i}.conv${n}.weight`),
  ).flat();
  const wide = [
    tensor('conv1.weight', 64, 3, 7, 7),
    ...norm('bn1', 64),
    shared,
    ...blocks.map((name) => ({ ...shared, name, data: new Float32Array(), over: 5 })),
    ...blocks.flatMap((name) =>
      norm(name.replace('conv', 'bn').replace('.weight', ''), 64).map((each) => ({ ...each, over: 1 })),
    ),
    tensor('layer4.0.conv1.weight', 4, 4, 3, 3),
    tensor('fc.weight', 5, 4),
  ];
  expect(() => architectureOf(wide)).toThrow(/share their values/);
});
