import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { importModel } from '../../../src/convert/import-model.ts';
import { readFlexMap } from '../../../src/convert/tflite/flexbuffer.ts';
import type { Detector } from '../../../src/tasks/detect/detect.ts';
import { load } from '../../../src/tasks/load.ts';
import { dataPath, describeWithData } from '../../support/data.ts';

const PETS = dataPath('photos', 'pets.jpg');

/** Imports a detector of the test data and opens it. */
async function detectorOf(name: string): Promise<Detector> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-kinds-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { model, manifest } = await importModel(dataPath('faults', 'models', name), { id: 'mine' });
  await writeFile(join(folder, 'mine.onnx'), model);
  await writeFile(join(folder, 'mine.manifest.json'), JSON.stringify(manifest));
  const detector = await load(join(folder, 'mine.onnx'), { task: 'detect' });
  onTestFinished(() => detector.close());
  return detector;
}

describeWithData('what a TensorFlow Lite file is, it says itself', () => {
  test.each(['yolov8n_int8.tflite', 'coco_ssd_mobilenet_v1_1.0_quant_2018_06_29.tflite'])(
    '%s is a detector with labels of its own',
    async (name) => {
      const detector = await detectorOf(name);
      const { detections } = await detector.detect(PETS, { minScore: 0.5 });
      expect(detections.map(({ label }) => label)).toEqual(['dog', 'dog']);
      const [left, right] = detections.map(({ box }) => box).sort((a, b) => a.x - b.x);
      // The two dogs of the photograph, 512 × 430, by eye: within 30 pixels.
      for (const [found, seen] of [
        [left, { x: 110, y: 30, width: 145, height: 265 }],
        [right, { x: 345, y: 163, width: 150, height: 205 }],
      ] as const) {
        for (const side of ['x', 'y', 'width', 'height'] as const) {
          expect(Math.abs((found?.[side] ?? 0) - seen[side])).toBeLessThan(30);
        }
      }
    },
  );

  test.each([
    ['deeplabv3_mnv2_dm05_pascal_quant.tflite', /segmentation model.*\[1, 513, 513\]/],
    ['keras_lstm_mnist_ptq.tflite', /a model of pictures.*\[1, 28, 28\]/],
  ])('%s is refused as what it is, not as damaged', async (name, message) => {
    await expect(importModel(dataPath('faults', 'models', name))).rejects.toMatchObject({
      code: 'FEATURE_UNSUPPORTED',
      message: expect.stringMatching(message),
    });
  });

  test('labels of a detector must fit its classes', async () => {
    const file = dataPath('faults', 'models', 'yolov8n_int8.tflite');
    await expect(importModel(file, { labels: ['a', 'b'] })).rejects.toMatchObject({ code: 'LABELS_INVALID' });
  });
});

test('any bytes in place of the options are damage, or a map', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(0x24, 0x25, 0x26, 0),
      fc.constantFrom(1, 2, 4, 8),
      (head, type, width) => {
        try {
          expect(readFlexMap(Uint8Array.of(...head, type, width)).size).toBeLessThanOrEqual(64);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CONVERT_INPUT_INVALID' });
        }
      },
    ),
  );
});
