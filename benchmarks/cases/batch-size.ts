/**
 * What several pictures in one inference bring on a processor.
 *
 * @module
 */
import type { BenchModel } from '../contenders/contender.ts';
import { ratios, type Spread, spread } from '../statistics.ts';
import { startSubject } from '../subject.ts';
import type { Settings } from './settings.ts';

const SIZES = [1, 2, 4, 8] as const;

export interface BatchSizeResult {
  readonly model: string;
  readonly rows: readonly {
    readonly batch: number;
    /** Pictures a second with 32 callers. */
    readonly throughput: Spread;
    /** Against batches of one. */
    readonly gain: Spread;
  }[];
}

export async function batchSize(model: BenchModel, settings: Settings): Promise<BatchSizeResult> {
  const { pictures, rounds, turnMs, cores } = settings;
  const subjects = [];
  for (const batch of SIZES)
    subjects.push({ batch, subject: await startSubject('pictor', model, { cores, batch }) });
  const samples = new Map<number, number[]>(SIZES.map((batch) => [batch, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { batch, subject } of subjects) {
      const run = await subject.run(pictures, 32, turnMs / 2);
      samples.get(batch)?.push((run.pictures * 1000) / run.wallMs);
    }
  }
  await Promise.all(subjects.map(({ subject }) => subject.close()));
  const single = samples.get(1) ?? [];
  return {
    model: model.id,
    rows: [...samples].map(([batch, values]) => ({
      batch,
      throughput: spread(values),
      gain: ratios(values, single),
    })),
  };
}
