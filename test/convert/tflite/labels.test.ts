import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { importTflite } from '../../../src/convert/tflite/import-tflite.ts';
import { parseLabels } from '../../../src/convert/tflite/metadata.ts';
import { buildTflite } from './builder.ts';

function model(classes: number, appended?: Uint8Array): Uint8Array {
  return buildTflite(
    {
      tensors: [
        { name: 'picture', shape: [1, 1, 1, 3], type: 0 },
        { name: 'weight', shape: [classes, 3], type: 0, data: new Float32Array(classes * 3) },
        { name: 'scores', shape: [1, classes], type: 0 },
      ],
      operators: [{ code: 9, inputs: [0, 1, -1], outputs: [2] }],
      inputs: [0],
      outputs: [2],
    },
    appended,
  );
}

/** A label archive as it lies behind a model: its offsets count from the start of the file. */
function withLabels(classes: number, text: string): Uint8Array {
  const before = model(classes).length;
  const zip = zipSync({ 'labels.txt': new TextEncoder().encode(text) });
  const view = new DataView(zip.buffer);
  const end = zip.length - 22;
  const directory = view.getUint32(end + 16, true);
  view.setUint32(end + 16, directory + before, true);
  view.setUint32(directory + 42, view.getUint32(directory + 42, true) + before, true);
  return model(classes, zip);
}

test('labels behind the model come with it', () => {
  const { manifest } = importTflite(withLabels(3, 'cat\ndog\nbird\n'), { id: 'pets' });
  expect(manifest.labels).toEqual({ names: ['cat', 'dog', 'bird'] });
  expect(manifest.output).toMatchObject({ decoder: 'classification', softmax: 'outside', classOffset: 0 });
});

test('labels that do not fit the outputs are left out', () => {
  expect(importTflite(withLabels(5, 'cat\ndog\nbird\n'), { id: 'pets' }).manifest.labels).toBeUndefined();
});

test('labels that the caller gives go first, and must fit', () => {
  const labels = ['a', 'b', 'c'];
  expect(importTflite(withLabels(3, 'cat\ndog\nbird'), { id: 'pets', labels }).manifest.labels).toEqual({
    names: labels,
  });
  expect(() => importTflite(model(9), { id: 'pets', labels })).toThrow(
    expect.objectContaining({ code: 'LABELS_INVALID' }),
  );
});

test('an id that cannot be one is refused', () => {
  expect(() => importTflite(model(3), { id: 'My Pets' })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
});

test('numbers before labels are dropped only when every line has its own', () => {
  expect(parseLabels('0 cat\n1 dog\n')).toEqual(['cat', 'dog']);
  expect(parseLabels('0: cat\r\n1: dog')).toEqual(['cat', 'dog']);
  expect(parseLabels('10 downing street\ncat')).toEqual(['10 downing street', 'cat']);
});

test('provenance names the source by its hash', () => {
  const { manifest } = importTflite(model(3), { id: 'pets', source: 'pets.tflite' });
  expect(manifest.provenance).toMatchObject({ format: 'tflite' });
  expect(manifest.provenance?.sourceSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(manifest.caution).toMatch(/normalised/);
});
