/**
 * 8-bit weights and activations: speed against float32, and what they cost in accuracy.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantizeLocal } from '../../src/convert/quantize/quantize-local.ts';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import type { BenchModel } from '../contenders/contender.ts';
import { ratios, type Spread, spread } from '../statistics.ts';
import { startSubject } from '../subject.ts';
import type { Settings } from './settings.ts';
import { top1Of } from './truth.ts';

export interface Int8Result {
  readonly model: string;
  /** Accuracy is counted on the photographs that were not calibrated with. */
  readonly float32: { readonly throughput: Spread; readonly top1: number; readonly bytes: number };
  readonly int8: { readonly throughput: Spread; readonly top1: number; readonly bytes: number };
  readonly gain: Spread;
}

export async function int8(model: BenchModel, settings: Settings): Promise<Int8Result> {
  const { pictures, folder, rounds, turnMs, cores } = settings;
  const manifest = manifestSchema.parse(JSON.parse(await readFile(model.manifest, 'utf8')));
  const calibration = pictures.filter((_, i) => i % 2 === 0);
  const heldOut = pictures.filter((_, i) => i % 2 === 1);
  const result = await quantizeLocal({ manifest, path: model.path, origin: 'path' }, calibration);
  const [file] = result.manifest.files;
  const path = join(folder, `${model.id}-int8.onnx`);
  const own = join(folder, `${model.id}-int8.manifest.json`);
  await writeFile(path, result.model);
  await writeFile(
    own,
    JSON.stringify({ ...result.manifest, files: [{ ...file, path: `${model.id}-int8.onnx` }] }),
  );
  const small: BenchModel = { ...model, id: `${model.id}-int8`, path, manifest: own };

  const [float, quantised] = [
    await startSubject('pictor', model, { cores }),
    await startSubject('pictor', small, { cores }),
  ];
  const accuracy = [await top1Of(float, heldOut), await top1Of(quantised, heldOut)];
  const floats: number[] = [];
  const quantiseds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [subject, list] of [
      [float, floats],
      [quantised, quantiseds],
    ] as const) {
      const run = await subject.run(pictures, 8, turnMs);
      list.push((run.pictures * 1000) / run.wallMs);
    }
  }
  await Promise.all([float.close(), quantised.close()]);
  return {
    model: model.id,
    float32: { throughput: spread(floats), top1: accuracy[0] ?? 0, bytes: result.floatBytes },
    int8: { throughput: spread(quantiseds), top1: accuracy[1] ?? 0, bytes: result.model.byteLength },
    gain: ratios(quantiseds, floats),
  };
}
