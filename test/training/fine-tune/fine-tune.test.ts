import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import { preparePicture } from '../../../src/image/prepare.ts';
import { decodeModel } from '../../../src/models/onnx/decode.ts';
import { encodeModel } from '../../../src/models/onnx/encode.ts';
import { type FineTunePlan, type FineTuneResult, fineTune } from '../../../src/training/fine-tune/index.ts';
import { type Small, smallTraining, TAP } from './small-backbone.ts';

const OPTIONS = { layers: 'all', epochs: 16, batchSize: 8, learningRate: 1e-2, threads: 1, seed: 3 } as const;
const WHOLE = { ...OPTIONS, augmentation: { flip: false } } as const;

let small: Small;
let whole: FineTuneResult;

beforeAll(async () => {
  small = await smallTraining();
  whole = await fineTune(small.input, WHOLE);
}, 60_000);
afterAll(() => small.remove());

describe('fineTune', () => {
  it('learns what the head alone does not know', () => {
    const [start, ...epochs] = whole.curve;
    expect(start?.validationAccuracy).toBeLessThan(0.5);
    expect(epochs).toHaveLength(WHOLE.epochs);
    expect(epochs.at(-1)?.trainLoss).toBeLessThan((epochs[0]?.trainLoss ?? 0) * 0.7);
    expect(whole.curve[whole.bestEpoch]?.validationAccuracy).toBeGreaterThan(0.85);
    expect(whole.ended).toBe('epochs');
  });

  it('gives a backbone and a head that answer as validation said', async () => {
    const decoded = decodeModel(whole.backbone);
    const session = await (await loadNativeBackend()).load(encodeModel(decoded), { intraOpThreads: 1 });
    const { weights, bias } = whole.head;
    for (const [i, { source }] of small.input.validation.entries()) {
      const { data, dims } = await preparePicture(source as Uint8Array, whole.input);
      const found = await session.run({
        picture: { type: 'float32', dims: [1, ...dims], data: data as Float32Array },
      });
      const map = found[TAP]?.data as Float32Array;
      const area = map.length / 16;
      const features = Array.from(
        { length: 16 },
        (_, c) => map.subarray(c * area, (c + 1) * area).reduce((a, b) => a + b, 0) / area,
      );
      for (let k = 0; k < 3; k++) {
        const logit = features.reduce(
          (sum, value, c) => sum + value * (weights[k * 16 + c] ?? 0),
          bias[k] ?? 0,
        );
        expect(logit).toBeCloseTo(whole.validationLogits[i * 3 + k] ?? Number.NaN, 4);
      }
      for (const [c, value] of features.entries()) {
        expect(value).toBeCloseTo(whole.features.validation[i * 16 + c] ?? Number.NaN, 4);
      }
    }
    await session.dispose();
  });

  it('says beforehand how much memory it takes', () => {
    const { memoryBytes } = whole.plan;
    expect(whole.peakMemoryBytes / memoryBytes).toBeGreaterThan(0.8);
    expect(whole.peakMemoryBytes / memoryBytes).toBeLessThan(1.2);
  });

  it('gives the same bytes for the same seed and one thread', async () => {
    const again = await fineTune(small.input, WHOLE);
    expect(Buffer.compare(again.backbone, whole.backbone)).toBe(0);
    expect(again.head).toEqual(whole.head);
    const other = await fineTune(small.input, { ...WHOLE, seed: 4 });
    expect(Buffer.compare(other.backbone, whole.backbone)).not.toBe(0);
  }, 60_000);

  it('goes on where a kill cut it off, to the same bytes', async () => {
    const folder = join(small.folder, 'killed');
    const kill = new AbortController();
    const killed = fineTune(small.input, {
      ...WHOLE,
      folder,
      signal: kill.signal,
      onProgress: ({ epoch }) => {
        // The process dies by SIGKILL.
        if (epoch?.epoch === 3) kill.abort();
      },
    });
    await expect(killed).rejects.toMatchObject({ code: 'ABORTED' });
    let plan: FineTunePlan | undefined;
    const resumed = await fineTune(small.input, {
      ...WHOLE,
      folder,
      onPlan: (each) => {
        plan = each;
      },
    });
    expect(plan?.resumedEpoch).toBeGreaterThanOrEqual(2);
    expect(Buffer.compare(resumed.backbone, whole.backbone)).toBe(0);
    expect(resumed.curve.map(({ validationLoss }) => validationLoss)).toEqual(
      whole.curve.map(({ validationLoss }) => validationLoss),
    );
    expect(await readdir(folder)).not.toContain('checkpoint.bin');
  }, 60_000);

  it('makes damaged files of an earlier run again', async () => {
    const folder = join(small.folder, 'damaged');
    const stop = new AbortController();
    await fineTune(small.input, {
      ...WHOLE,
      folder,
      stop: stop.signal,
      onProgress: ({ epoch }) => epoch?.epoch === 2 && stop.abort(),
    });
    for (const name of await readdir(folder)) {
      if (name.endsWith('.bin')) await writeFile(join(folder, name), 'damaged', { flag: 'r+' });
    }
    const result = await fineTune(small.input, { ...WHOLE, folder });
    expect(Buffer.compare(result.backbone, whole.backbone)).toBe(0);
  }, 60_000);

  it('keeps the best so far when it is stopped or its time is over', async () => {
    const stop = new AbortController();
    const stopped = await fineTune(small.input, {
      ...WHOLE,
      epochs: 1000,
      stop: stop.signal,
      onProgress: ({ epoch }) => epoch?.epoch === 2 && stop.abort(),
    });
    expect(stopped.ended).toBe('stop');
    expect(stopped.curve.length).toBeGreaterThanOrEqual(3);
    const accuracies = stopped.curve.map(({ validationAccuracy }) => validationAccuracy);
    expect(accuracies[stopped.bestEpoch]).toBe(Math.max(...accuracies));
    const timed = await fineTune(small.input, { ...WHOLE, epochs: 100_000 / 10, timeMs: 4000 });
    expect(timed.ended).toBe('time');
    expect(timed.curve.at(-1)?.learningRate).toBeLessThan(WHOLE.learningRate * 0.2);
  }, 60_000);

  it.each([
    ['adam', { optimizer: { kind: 'adam' } }],
    ['sgd', { optimizer: { kind: 'sgd' }, learningRate: 2e-2 }],
    ['every augmentation', { augmentation: { flip: true, crop: 0.7, color: 0.2, erase: 0.2, variants: 2 } }],
    ['last blocks', { layers: 'last', epochs: 20 }],
    ['larger batches than pictures', { batchSize: 64, epochs: 40 }],
  ] as const)(
    'learns with %s',
    async (_, change) => {
      const { curve, bestEpoch } = await fineTune(small.input, { ...WHOLE, ...change });
      expect(curve[bestEpoch]?.validationAccuracy).toBeGreaterThan(0.6);
    },
    60_000,
  );

  it('keeps the start where training makes nothing better', async () => {
    const head = whole.head;
    const { curve, bestEpoch } = await fineTune(
      { ...small.input, head },
      { ...WHOLE, learningRate: 1e-9, epochs: 1 },
    );
    expect(curve[bestEpoch]?.validationAccuracy).toBeGreaterThanOrEqual(curve[0]?.validationAccuracy ?? 1);
  }, 60_000);
});
