import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import h5wasm from 'h5wasm/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHdf5 } from '../../src/convert/hdf5/file.ts';
import { importModel } from '../../src/convert/import-model.ts';
import { memorySource } from '../../src/convert/source/byte-source.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { writeKerasWeights } from './keras/h5-writer.ts';
import { writeSafetensors, writeTorchStream, writeTorchZip } from './pytorch/torch-writers.ts';

let folder = '';
beforeAll(async () => {
  await h5wasm.ready;
  folder = await mkdtemp(join(tmpdir(), 'pictor-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function refused(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const started = performance.now();
  const outcome = await importModel(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(performance.now() - started).toBeLessThan(20_000);
  return outcome;
}

/** A full model around layers, as JSON in an HDF5 file. */
const withConfig = (config: object) =>
  writeKerasWeights([], { keras_version: '2.4.0', model_config: JSON.stringify(config) }, '/model_weights');

const input = { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 8, 8, 3] } };
const lambda = { class_name: 'Lambda', config: { name: 'evil', function: ['4wEAAAAA', null, null] } };
const sequential = (...layers: object[]) => ({ class_name: 'Sequential', config: { name: 's', layers } });

test.each([
  ['at the top', sequential(input, lambda)],
  ['in a model in a model', sequential(input, sequential(sequential(lambda)))],
  [
    'in a wrapper',
    sequential(input, { class_name: 'TimeDistributed', config: { name: 't', layer: lambda } }),
  ],
  [
    'as a module of its own',
    sequential(input, { class_name: 'Dense', module: 'os.path', config: { name: 'd', units: 1 } }),
  ],
])('a configuration that is a program is refused by name: %s', async (_, config) => {
  expect(await refused('lambda.h5', await withConfig(config))).toMatchObject({
    code: 'CONVERT_OP_UNSUPPORTED',
    message: expect.stringMatching(/Lambda \(evil\)|os\.path/),
  });
});

test('soft links that lead in circles are refused, not followed', async () => {
  const path = join(folder, 'soft.h5');
  const file = new h5wasm.File(path, 'w');
  file.create_attribute('layer_names', ['a']);
  file.create_soft_link('/b', '/a');
  file.create_soft_link('/a', '/b');
  file.close();
  expect(await refused('soft-copy.h5', await readFile(path))).toMatchObject({
    code: 'FEATURE_UNSUPPORTED',
    message: expect.stringMatching(/soft link: \/a/),
  });
});

test('groups inside of each other, deeper than any model has them, end in one error', async () => {
  const path = join(folder, 'deep.h5');
  const file = new h5wasm.File(path, 'w');
  let at: InstanceType<typeof h5wasm.Group> = file;
  for (let i = 0; i < 60; i++) {
    at.create_group('g');
    at = at.get('g') as InstanceType<typeof h5wasm.Group>;
  }
  file.close();
  expect(await refused('deep-copy.h5', await readFile(path))).toMatchObject({
    code: 'CONVERT_INPUT_INVALID',
  });
});

test('a tensor that claims more than the file has is refused before memory is taken', async () => {
  const bytes = await writeKerasWeights([
    { name: 'conv', weights: [{ name: 'conv/kernel:0', shape: [3, 3, 3, 8], data: new Float32Array(216) }] },
  ]);
  const view = Buffer.from(bytes);
  let changed = 0;
  // The dimensions of the dataspace, wherever they lie.
  for (let i = 0; i + 32 < view.length; i++) {
    if (
      [3, 3, 3, 8].every(
        (dim, k) => view.readUInt32LE(i + 8 * k) === dim && view.readUInt32LE(i + 8 * k + 4) === 0,
      )
    ) {
      view.writeUInt32LE(0x7fffffff, i);
      changed++;
    }
  }
  expect(changed).toBeGreaterThan(0);
  expect(await refused('huge.h5', view)).toMatchObject({ code: 'CONVERT_INPUT_INVALID' });
});

const tensor = { name: 'conv1.weight', shape: [2, 3], data: new Float32Array(6) };

test.each([
  ['strides out of bounds', writeTorchZip([{ ...tensor, shape: [2, 300_000] }])],
  ['a stream that ends early', writeTorchStream([tensor]).subarray(0, -3)],
  ['a pickle without end', Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(100_000, 0x5d)])],
  ['memo that is not there', Buffer.from([0x80, 2, 0x68, 7, 0x2e])],
  [
    'overlapping values',
    Buffer.concat([
      Buffer.from([100, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from(
        JSON.stringify({
          a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
          b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
        }).padEnd(100),
      ),
      Buffer.alloc(12),
    ]),
  ],
  ['a header longer than the file', writeSafetensors([tensor]).subarray(0, 40)],
])('%s', async (name, bytes) => {
  expect(await refused(`${name.replaceAll(' ', '-')}.pth`, bytes)).toMatchObject({
    code: expect.stringMatching(/^CONVERT_(INPUT_INVALID|FORMAT_UNKNOWN)$/),
  });
});

test('a zip bomb is not unpacked', async () => {
  const bomb = zipSync(
    { 'config.json': Buffer.from('{}'), 'model.weights.h5': new Uint8Array(200 * 1024 * 1024) },
    { level: 9 },
  );
  const before = process.memoryUsage().rss;
  expect(await refused('bomb.keras', bomb)).toMatchObject({ code: 'CONVERT_INPUT_INVALID' });
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
});

test('a zip of an unpacked archive, with the leftovers of macOS and slashes of Windows', async () => {
  const weights = await writeKerasWeights([]);
  const config = Buffer.from(JSON.stringify(sequential(input, lambda)));
  const files = {
    'm\\config.json': config,
    'm\\model.weights.h5': weights,
    '__MACOSX/m/._config.json': config,
  };
  expect(await refused('folder.zip', zipSync(files))).toMatchObject({
    code: 'CONVERT_OP_UNSUPPORTED',
    message: expect.stringMatching(/Lambda \(evil\)/),
  });
});

test('many texts over the same bytes are bounded together', async () => {
  const path = join(folder, 'texts.h5');
  const file = new h5wasm.File(path, 'w');
  const large = 'x'.repeat(1024 * 1024);
  file.create_attribute('layer_names', [large, ...Array.from({ length: 1000 }, () => 'yy')]);
  file.close();
  const bytes = await readFile(path);
  // References to texts in the global heap: a length, an address and a number. All become the first one.
  const first = bytes.indexOf(Buffer.from([0, 0, 0x10, 0]), 0);
  let at = first;
  const isShort = (place: number) => bytes.readUInt32LE(place) === 2;
  while (at >= 0 && !isShort(at + 16)) at = bytes.indexOf(Buffer.from([0, 0, 0x10, 0]), at + 1);
  expect(at).toBeGreaterThan(0);
  for (let place = at + 16; isShort(place); place += 16) bytes.copy(bytes, place, at, at + 16);
  expect(await refused('texts-copy.h5', bytes)).toMatchObject({
    code: 'CONVERT_INPUT_INVALID',
    message: expect.stringMatching(/bytes of names and texts/),
  });
});

test('chunks that reach far over the edge are bounded together', () => {
  const path = join(folder, 'chunks.h5');
  const file = new h5wasm.File(path, 'w');
  const shape = [200, 4];
  file.create_dataset({
    name: 'k',
    data: new Float32Array(800),
    shape,
    maxshape: [null, null],
    chunks: [1, 200_000],
    compression: 'gzip',
  });
  file.close();
  const dataset = openHdf5(memorySource(readFileSync(path)))
    .get('k')
    ?.dataset();
  expect(() => dataset?.read()).toThrow(/200 chunks of 800000 bytes/);
});

describeWithData('files that reach out', () => {
  test('external links and storage are never read', async () => {
    const bytes = await readFile(dataPath('imports', 'synthetic', 'hostile-external.h5'));
    await writeFile(join(folder, 'secret.txt'), 'SECRET-SECRET-SECRET');
    const error = await refused('hostile-external.h5', bytes);
    expect(error).toMatchObject({ code: 'FEATURE_UNSUPPORTED', message: expect.stringMatching(/external/) });
    const root = openHdf5(memorySource(bytes));
    expect(() => root.get('link')).toThrow(/external link/);
    expect(() => root.get('ext')?.dataset()).toThrow(/external storage/);
    expect(existsSync(join(folder, 'secret.txt'))).toBe(true);
  });
});
