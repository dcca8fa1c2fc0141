// Whole models against TensorFlow.js itself, on the photographs of the examples.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { readNsfwjsModel } from '../../../scripts/read-nsfwjs.ts';
import { importTfjs } from '../../../src/convert/tfjs/import-tfjs.ts';
import type { TfjsFiles, TfjsImportOptions } from '../../../src/convert/tfjs/types.ts';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { preparePicture } from '../../../src/image/prepare.ts';
import { decodeModel } from '../../../src/models/onnx/decode.ts';
import { difference, openReference, useTfjsWasm } from '../../support/tfjs.ts';

disableTelemetry();
const root = fileURLToPath(new URL('../../../', import.meta.url));
const PHOTOS = ['astronaut.jpg', 'cat.jpg', 'coffee.jpg'].map((name) => `${root}examples/photos/${name}`);
const packages = `${root}node_modules`;

function centernet(): TfjsFiles {
  const folder = `${packages}/@vladmandic/human/models`;
  return {
    modelJson: readFileSync(`${folder}/centernet.json`),
    shards: new Map([['centernet.bin', readFileSync(`${folder}/centernet.bin`)]]),
  };
}

const nsfwjs = (name: string) => () => readNsfwjsModel(`${packages}/nsfwjs`, name);

interface Case {
  readonly name: string;
  readonly files: () => TfjsFiles;
  readonly options: Omit<TfjsImportOptions, 'id'>;
  /** Rank-4 values that are transposed because the model's own arithmetic wants them in TensorFlow's order. */
  readonly transposes: number;
  /** Sizes of boxes in pixels: TensorFlow.js's own back ends differ by 2.5e-3 among themselves there. */
  readonly pixels?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'CenterNet',
    files: centernet,
    options: { task: 'detect', pixels: '0..255' },
    transposes: 3,
    pixels: ['tower_0/wh'],
  },
  { name: 'nsfwjs MobileNetV2', files: nsfwjs('mobilenet_v2'), options: { pixels: '0..1' }, transposes: 0 },
  { name: 'nsfwjs MobileNetV2-mid', files: nsfwjs('mobilenet_v2_mid'), options: {}, transposes: 0 },
  {
    name: 'nsfwjs Inception v3',
    files: nsfwjs('inception_v3'),
    options: { pixels: '0..1' },
    transposes: 0,
  },
];

/** Positions of the greatest values, in one pass. */
function best(values: ArrayLike<number | bigint>, count: number): number[] {
  const top: { readonly value: number; readonly at: number }[] = [];
  for (let at = 0; at < values.length; at++) {
    const value = Number(values[at]);
    if (top.length === count && value <= (top.at(-1)?.value ?? 0)) continue;
    const place = top.findIndex((each) => each.value < value);
    top.splice(place < 0 ? top.length : place, 0, { value, at });
    top.length = Math.min(top.length, count);
  }
  return top.map(({ at }) => at);
}

beforeAll(async () => {
  await useTfjsWasm();
});

describe.each(CASES)('$name', ({ files: read, options, transposes, pixels = [] }) => {
  test('gives what TensorFlow.js gives', async () => {
    const files = read();
    const { model, manifest } = importTfjs(files, { ...options, id: 'converted' });
    const session = await (await loadNativeBackend()).load(model, { intraOpThreads: 2 });
    const reference = await openReference(
      files,
      session.outputs.map(({ name }) => name),
    );
    const [input = ''] = session.inputs.map(({ name }) => name);
    for (const photo of PHOTOS) {
      const { data, dims } = await preparePicture(readFileSync(photo), manifest.input, {
        preprocessing: 'exact',
      });
      const picture = Float32Array.from(data);
      const feeds = { [input]: { type: 'float32' as const, dims: [1, ...dims], data: picture } };
      const outputs = await session.run(feeds);
      const wanted = await reference.run(picture, [1, ...dims]);
      expect(wanted.length).toBe(session.outputs.length);
      for (const [i, { name }] of session.outputs.entries()) {
        const got = outputs[name]?.data ?? [];
        const values = wanted[i] ?? new Float32Array();
        expect(got.length).toBe(values.length);
        const worst = difference(got, values);
        const limit = pixels.includes(name) ? 5e-3 : 1e-3;
        expect(worst.difference, JSON.stringify({ name, ...worst })).toBeLessThan(limit);
        expect(best(got, 5)).toEqual(best(values, 5));
      }
    }
    reference.dispose();
    await session.dispose();
  }, 120_000);

  test('keeps the size of its weights, and leaves no transposes', () => {
    const files = read();
    const { model } = importTfjs(files, { ...options, id: 'converted' });
    const bytes = [...files.shards.values()].reduce((sum, shard) => sum + shard.byteLength, 0);
    expect(model.byteLength).toBeLessThan(bytes * 1.2);
    const { nodes } = decodeModel(model).graph;
    expect(nodes.filter(({ opType }) => opType === 'Transpose')).toHaveLength(transposes);
  }, 60_000);
});
