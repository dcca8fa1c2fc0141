import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../../src/training/data/random.ts';
import { type FineTunePlan, type FineTuneResult, fineTune } from '../../../src/training/fine-tune/index.ts';
import { type Small, smallTraining } from './small-backbone.ts';

const KILLS = 20;
const OPTIONS = { layers: 'all', epochs: 60, batchSize: 8, learningRate: 1e-2, threads: 1, seed: 3 } as const;

let small: Small;
let whole: FineTuneResult;

beforeAll(async () => {
  small = await smallTraining();
  whole = await fineTune(small.input, OPTIONS);
}, 120_000);
afterAll(() => small.remove());

it(`ends the same after ${KILLS} kills at random moments`, async () => {
  const folder = join(small.folder, 'killed');
  const random = seededRandom(5, 'kills');
  const resumedAt: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const controller = new AbortController();
    // Counted from the plan: how long the process takes to start says nothing.
    const running = fineTune(small.input, {
      ...OPTIONS,
      folder,
      signal: controller.signal,
      onPlan: ({ resumedEpoch }: FineTunePlan) => {
        resumedAt.push(resumedEpoch);
        setTimeout(() => controller.abort(), random() * 1000);
      },
    });
    await running.catch((error: unknown) => expect(error).toMatchObject({ code: 'ABORTED' }));
  }
  const result = await fineTune(small.input, { ...OPTIONS, folder });
  expect(Math.max(...resumedAt)).toBeGreaterThan(0);
  expect(Buffer.compare(result.backbone, whole.backbone)).toBe(0);
  expect(result.head).toEqual(whole.head);
}, 600_000);
