import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { importModel } from '../../../src/convert/import-model.ts';
import { inspectModel } from '../../../src/convert/inspect-model.ts';
import { importKeras } from '../../../src/convert/keras/import-keras.ts';
import { memorySource } from '../../../src/convert/source/byte-source.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import { firstOutput, pattern, toNchw } from '../import-run.ts';
import { writeKerasWeights } from './h5-writer.ts';

disableTelemetry();

function expectClose(values: readonly number[], wanted: readonly number[], limit = 1e-5): void {
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries())
    expect(Math.abs((values[i] ?? Number.NaN) - value)).toBeLessThan(limit);
}

/** A picture through one Normalization layer, averaged. */
async function normalized(given: boolean): Promise<readonly number[]> {
  const statistics = { mean: [1, 2, 3], variance: [4, 0.25, 1] };
  const layer = (kind: string, config: object) => ({ class_name: kind, config, module: 'keras.layers' });
  const layers = [
    layer('InputLayer', { name: 'in', batch_shape: [null, 4, 4, 3] }),
    layer('Normalization', { name: 'normalization', axis: [-1], ...(given && statistics) }),
    layer('GlobalAveragePooling2D', { name: 'pool' }),
  ];
  const config = { class_name: 'Sequential', config: { name: 's', layers }, module: 'keras' };
  const named = Object.entries({ ...statistics, count: [7] }).map(([name, values]) => ({
    name: `normalization/${name}`,
    shape: [values.length],
    data: Float32Array.from(values),
  }));
  const groups = given ? [] : [{ name: 'normalization', weights: named }];
  const attributes = { keras_version: '3.10.0', model_config: JSON.stringify(config) };
  const file = await writeKerasWeights(groups, attributes, '/model_weights');
  const { model } = importKeras(memorySource(file), { id: 'net', task: 'embed' });
  return firstOutput(model, new Float32Array(48).fill(3), [1, 3, 4, 4]);
}

test.each([true, false])('Normalization, its statistics in the configuration: %s', async (given) => {
  expectClose(await normalized(given), [1, 2, 0]);
});

describeWithData('full Keras models', () => {
  test('Teachable Machine', async () => {
    const { format, model, manifest } = await importModel(
      dataPath('imports', 'teachable-machine-waste.keras_model.h5'),
    );
    expect(format).toBe('keras');
    const side = 224;
    const values = await firstOutput(model, toNchw(pattern(side * side * 3), side, side, 3), [
      1,
      3,
      side,
      side,
    ]);
    expectClose(values, [0.12794699, 0.86236835, 1.2358e-7, 0.00968457]);
    expect(manifest.labels).toMatchObject({ names: { length: 4 } });
    expect(manifest.input).toMatchObject({ mean: [127.5, 127.5, 127.5], resize: { rule: 'crop' } });
    expect(manifest.caution).toBeUndefined();
  });

  test.each([
    ['emotion', [7.1654e-5, 2.7232e-17, 1.08264e-8, 7.15017e-6, 8.53948e-7, 0.99992037, 2.34607e-9]],
    ['gender', [0.15242039, 0.8475796]],
  ])('one grey channel, weights named twice: %s', async (name, wanted) => {
    const { model, manifest } = await importModel(dataPath('imports', `${name}-mini-xception-gray64.hdf5`));
    expectClose(await firstOutput(model, pattern(64 * 64), [1, 1, 64, 64]), wanted);
    expect(manifest.input).toMatchObject({ channelOrder: 'GRAY', width: 64, height: 64 });
    expect(manifest.caution).toMatch(/−1\.\.1/);
  });

  test('Keras 3 archive, groups named after classes', async () => {
    const { model } = await importModel(dataPath('imports', 'synthetic', 'small-v3.keras'));
    const input = Float32Array.from({ length: 32 * 32 * 3 }, (_, i) => i % 256);
    expectClose(
      await firstOutput(model, toNchw(input, 32, 32, 3), [1, 3, 32, 32]),
      [0.29030448, 0.35231072, 0.3573848],
    );
  });

  test('a Keras 3 archive that somebody unpacked, and packed again as a folder', async () => {
    const entries = unzipSync(await readFile(dataPath('imports', 'synthetic', 'small-v3.keras')));
    const folder = await mkdtemp(join(tmpdir(), 'pictor-keras-'));
    try {
      for (const [name, content] of Object.entries(entries)) await writeFile(join(folder, name), content);
      const inFolder = Object.entries(entries).map(([name, content]) => [`small/${name}`, content]);
      const leftover = [['__MACOSX/small/._config.json', Uint8Array.of(0, 5, 22, 7)]];
      const zip = join(folder, 'small.zip');
      await writeFile(zip, zipSync(Object.fromEntries([...inFolder, ...leftover])));
      for (const path of [folder, join(folder, 'model.weights.h5'), zip]) {
        const { model } = await importModel(path);
        const input = Float32Array.from({ length: 32 * 32 * 3 }, (_, i) => i % 256);
        expectClose(
          await firstOutput(model, toNchw(input, 32, 32, 3), [1, 3, 32, 32]),
          [0.29030448, 0.35231072, 0.3573848],
        );
        expect(await inspectModel(path)).toMatchObject({
          framework: expect.stringMatching(/^Keras 3/),
          layers: 9,
        });
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
