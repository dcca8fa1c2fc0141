import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { localPlace } from '../../src/batch/place/local-place.ts';
import type { Place } from '../../src/batch/place/types.ts';
import { makePlan, type PlanRequest } from '../../src/batch/plan/make-plan.ts';
import type { BatchRecognizer } from '../../src/batch/run/run-chunk.ts';
import type { BatchInput } from '../../src/batch/types.ts';
import { answerOf } from './answers.ts';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-batch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const MODEL = { id: 'stub', sha256: '0'.repeat(64) };

export async function* inputs(count: number): AsyncGenerator<BatchInput> {
  for (let i = 0; i < count; i++) yield { uri: `picture-${i}.jpg` };
}

export function planFor(place: Place, count: number, more: Partial<PlanRequest> = {}) {
  const request = {
    source: 'test',
    inputs: inputs(count),
    task: 'classify',
    options: {},
    model: MODEL,
  } as const;
  return makePlan({ ...request, chunk: 10, ...more }, place);
}

export async function emptyPlace(): Promise<Place> {
  return localPlace(join(await temporaryFolder(), 'out'));
}

export function stub(asked: string[] = []): BatchRecognizer {
  return {
    async recognize({ uri }) {
      asked.push(uri);
      return answerOf(uri);
    },
    async [Symbol.asyncDispose]() {},
  };
}
