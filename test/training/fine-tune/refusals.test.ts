import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fineTune } from '../../../src/training/fine-tune/index.ts';
import { type Small, smallTraining } from './small-backbone.ts';

let small: Small;

beforeAll(async () => {
  small = await smallTraining({ train: 6, validation: 3 });
});
afterAll(() => small.remove());

describe('fineTune refuses', () => {
  it('an operator without a gradient, by name and before any work', async () => {
    const odd = await smallTraining({ last: 'Round', train: 6, validation: 3 });
    let progressed = false;
    const training = fineTune(odd.input, {
      threads: 1,
      onProgress: () => {
        progressed = true;
      },
    });
    await expect(training).rejects.toMatchObject({
      code: 'FEATURE_UNSUPPORTED',
      message: expect.stringContaining('Round'),
    });
    expect(progressed).toBe(false);
    await odd.remove();
  });

  it('more memory than there is', async () => {
    await expect(fineTune(small.input, { memoryBytes: 50e6 })).rejects.toMatchObject({
      code: 'TRAINING_TOO_LARGE',
      message: expect.stringMatching(/at most 50 MB.*about \d+ MB/),
    });
  });

  it.each([
    ['epochs', { epochs: 0 }, 'epochs'],
    ['batches', { batchSize: 1.5 }, 'batchSize'],
    ['rates', { learningRate: -1 }, 'learningRate'],
    ['crops', { augmentation: { crop: 0 } }, 'crop'],
    ['cuts that are none', { layers: { after: 'nowhere' } }, 'nowhere'],
  ] as const)('%s', async (_, options, name) => {
    await expect(fineTune(small.input, options)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(name),
    });
  });

  it('no pictures, and classes that the head does not know', async () => {
    await expect(fineTune({ ...small.input, train: [] })).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    await expect(fineTune({ ...small.input, validation: [] })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
    const stranger = [{ source: 'x.jpg', classIndex: 3 }];
    await expect(fineTune({ ...small.input, train: stranger })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
  });

  it('a picture that is gone or damaged, by name', async () => {
    const gone = join(small.folder, 'gone.jpg');
    const train = [...small.input.train, { source: gone, classIndex: 0 }];
    await expect(fineTune({ ...small.input, train }, { threads: 1 })).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
      message: expect.stringContaining('gone.jpg'),
    });
    const damaged = [...small.input.train, { source: join(small.folder, 'small.onnx'), classIndex: 0 }];
    await expect(fineTune({ ...small.input, train: damaged }, { threads: 1 })).rejects.toMatchObject({
      message: expect.stringContaining('small.onnx'),
    });
  });

  it('a folder that another training uses', async () => {
    const folder = join(small.folder, 'shared');
    const first = fineTune(small.input, { folder, threads: 1, epochs: 3 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(fineTune(small.input, { folder, threads: 1 })).rejects.toMatchObject({
      code: 'MODEL_LOCKED',
    });
    await first;
  });
});
