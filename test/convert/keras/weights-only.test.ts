import { expect, test } from 'vitest';
import { importModel } from '../../../src/convert/import-model.ts';
import { ARCHITECTURES } from '../../../src/convert/keras/architectures/index.ts';
import { depthOrder, type WeightedLayer } from '../../../src/convert/keras/architectures/net.ts';
import { importKeras } from '../../../src/convert/keras/import-keras.ts';
import { memorySource } from '../../../src/convert/source/byte-source.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import { firstOutput, pattern, toNchw } from '../import-run.ts';
import { expectReference, formula, references } from '../reference-weights.ts';
import { type GroupToWrite, writeKerasWeights } from './h5-writer.ts';

disableTelemetry();

const ROLES = ['gamma:0', 'beta:0', 'moving_mean:0', 'moving_variance:0'];

/** The weights of `references.json` for one layer; `t` counts tensors in the order of creation. */
function weightsOf(
  { kind, shapes }: WeightedLayer,
  t: number,
): { role: string; shape: readonly number[]; data: Float32Array }[] {
  return shapes.map((shape, i) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const role =
      kind === 'norm'
        ? (ROLES[i + ROLES.length - shapes.length] ?? '')
        : i > 0
          ? 'bias:0'
          : kind === 'depthwise'
            ? 'depthwise_kernel:0'
            : 'kernel:0';
    const fan = kind === 'depthwise' ? 9 : shape.slice(0, -1).reduce((a, b) => a * b, 1);
    const map = role.includes('kernel')
      ? (r: number) => r * Math.sqrt(6 / fan)
      : role.startsWith('gamma')
        ? (r: number) => 0.8 + 0.2 * r
        : role.startsWith('moving_variance')
          ? (r: number) => 1 + 0.5 * Math.abs(r)
          : (r: number) => 0.1 * r;
    return { role, shape, data: formula(t + i, count, map) };
  });
}

type Naming = 'own' | 'automatic' | 'numbered-from-95';

/** Groups of an architecture in the order of Keras's files, by depth. */
function groupsOf(id: string, classes: number, naming: Naming): GroupToWrite[] {
  const built = ARCHITECTURES.find((each) => each.id === id)?.build(classes);
  if (!built) throw new Error(id);
  const counts = new Map<string, number>();
  let t = 0;
  const base = { conv: 'conv2d', depthwise: 'depthwise_conv2d', norm: 'batch_normalization', dense: 'dense' };
  const groups = new Map<string, GroupToWrite>();
  for (const layer of built.weighted) {
    const number = (counts.get(layer.kind) ?? 0) + (naming === 'numbered-from-95' ? 95 : 0);
    counts.set(layer.kind, (counts.get(layer.kind) ?? 0) + 1);
    const name =
      naming === 'own' ? layer.name : number === 0 ? base[layer.kind] : `${base[layer.kind]}_${number}`;
    const weights = weightsOf(layer, t).map(({ role, shape, data }) => ({
      name: `${name}/${role}`,
      shape,
      data,
    }));
    groups.set(layer.name, { name, weights });
    t += layer.shapes.length;
  }
  return depthOrder(built.model).flatMap((name) => groups.get(name) ?? []);
}

const NETS = [
  ['SqueezeNet (rcmalli, ImageAI), at 227', 'squeezenet', 1000, 'own', undefined],
  ['SqueezeNet, at 224, 2 classes', 'squeezenet', 2, 'automatic', undefined],
  ['ResNet50 old (fchollet v0.2 names), at 224', 'resnet50-v1', 1000, 'own', undefined],
  ['DenseNet-BC-121-32 (titu1994), at 224', 'densenet121-titu1994', 1000, 'automatic', undefined],
  ['DenseNet121 (keras.applications), at 224', 'densenet121-applications', 1000, 'own', undefined],
  ['MobileNetV2 (keras.applications), at 224', 'mobilenet-v2', 1000, 'own', undefined],
  ['InceptionV3 (keras.applications), at 299', 'inception-v3', 1000, 'numbered-from-95', 299],
  ['InceptionV3, at 224 (as ImageAI runs it)', 'inception-v3', 1000, 'automatic', undefined],
] as const;

describeWithData('weights without a model', () => {
  test.each(NETS)('%s', { timeout: 60_000 }, async (reference, id, classes, naming, side) => {
    const file = await writeKerasWeights(groupsOf(id, classes, naming));
    const { model, manifest } = importKeras(memorySource(file), { id: 'net', ...(side && { side }) });
    const wanted = references().keras.nets[reference];
    if (!wanted) throw new Error(reference);
    const { width, height } = manifest.input;
    expect([1, height, width, 3]).toEqual(wanted.input);
    const input = toNchw(pattern(height * width * 3), height, width, 3);
    expectReference(await firstOutput(model, input, [1, 3, height, width]), wanted);
    expect(manifest.caution).toBeDefined();
    expect(manifest.labels).toBe(classes === 1000 ? 'imagenet-1k' : undefined);
  });

  test('a model that somebody trained with ImageAI', async () => {
    const { model, manifest } = await importModel(dataPath('imports', 'imageai-squeezenet-red-green.h5'));
    expect(manifest.labels).toEqual({ names: ['green', 'red'] });
    expect(manifest.input).toMatchObject({ width: 224, std: [255, 255, 255], channelOrder: 'RGB' });
    const solid = (r: number) =>
      Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => (i < 224 * 224 ? r / 255 : 0));
    const dims = [1, 3, 224, 224];
    const dark = await firstOutput(model, solid(200), dims);
    const bright = await firstOutput(model, solid(255), dims);
    expect(dark[0]).toBe(0);
    expect(dark[1]).toBeCloseTo(2465.91016, 1);
    expect(bright[1]).toBeCloseTo(3297.95898, 1);
    expect(
      await firstOutput(
        model,
        pattern(224 * 224 * 3).map((value) => (value + 1) / 2),
        dims,
      ),
    ).toEqual([0, 0]);
  });
});
