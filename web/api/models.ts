/**
 * The served models, asked for again while they load.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../base/session.ts';
import { pause, sendJson } from './client.ts';
import { type Failure, failureOf } from './failure.ts';
import type { ServedModel, TaskName } from './types.ts';

const AGAIN_MS = 1000;
const LATER_MS = 3000;
const ENDED: readonly string[] = ['ready', 'changed', 'failed'];

export interface Models {
  readonly models: readonly ServedModel[];
  readonly loading: boolean;
  readonly failure: Failure | undefined;
}

/** Follows the models until all are ready or have failed; again with another key. */
export function useModels(): Models {
  const { key } = useSession();
  const [state, setState] = useState<Models>({ models: [], loading: true, failure: undefined });
  useEffect(() => {
    const abort = new AbortController();
    follow(setState, abort.signal).catch(() => {});
    return () => abort.abort();
  }, [key]);
  return state;
}

async function follow(show: (state: Models) => void, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const { models } = await sendJson<{ models: ServedModel[] }>('/v1/models', { signal });
      const loading = models.length === 0 || models.some(({ state }) => !ENDED.includes(state));
      show({ models, loading, failure: undefined });
      if (!loading) return;
      await pause(AGAIN_MS, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = failureOf(thrown);
      show({ models: [], loading: false, failure });
      // A key that is not right does not become so by itself.
      if (failure.status === 401 || failure.status === 403) return;
      await pause(LATER_MS, signal);
    }
  }
}

/** Which models do a task: classifiers and detectors also tag. */
export function modelsFor(task: TaskName, models: readonly ServedModel[]): readonly ServedModel[] {
  const fitting = task === 'tag' ? ['classify', 'detect'] : [task];
  return models.filter((model) => model.task !== undefined && fitting.includes(model.task));
}
