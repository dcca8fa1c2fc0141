/**
 * A model named on the command line → a recognizer that closes everything behind it.
 *
 * @module
 */
import { createEngine } from '../../engine/engine.ts';
import type { Engine } from '../../engine/types.ts';
import { isPictorError } from '../../errors.ts';
import type { LocalModel, ModelStore, PullOptions } from '../../models/types.ts';
import type { RecognizerByTask, TaskName } from '../../tasks/registry.ts';
import { notice, pullBar } from '../render/notices.ts';

/** What runs the model, and what ends the opening. */
export interface OpenOptions {
  /** Closed with the recognizer. */
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

/**
 * An engine whose worker is on its way: that takes longer than all that is needed here to find the model.
 *
 * @param pictures to look at: one needs no second worker
 */
export function startEngine(pictures: number): Engine {
  const engine = createEngine(pictures === 1 ? { workers: 1 } : {});
  engine.prepare();
  return engine;
}

/**
 * Opens what does a task: the named model, fetched where it is not here yet, or the default for the task. A named model
 * never falls back to another one.
 *
 * @param task `tag` opens a classifier, or a detector where there is none
 * @param reference what `--model` says
 */
export async function openRecognizer<Name extends TaskName>(
  task: Name,
  reference: string | undefined,
  { engine, signal }: OpenOptions,
): Promise<RecognizerByTask[Name]> {
  try {
    const [{ openModelStore }, { defaultModel }, { loadLocal }] = await Promise.all([
      import('../../models/store/store.ts'),
      import('../../tasks/default-model.ts'),
      import('../../tasks/load.ts'),
    ]);
    const store = openModelStore();
    const bar = pullBar();
    const pulling = { signal, onProgress: bar.update };
    let model: LocalModel;
    try {
      model =
        reference === undefined
          ? await defaultModel(store, { task, allowPull: true, onNotice: notice, ...pulling })
          : await namedModel(store, reference, pulling);
    } finally {
      bar.stop();
    }
    const recognizer = await loadLocal(model, task, { engine, signal });
    const close = async () => {
      await recognizer.close();
      await engine.close();
    };
    return { ...recognizer, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function namedModel(store: ModelStore, reference: string, pulling: PullOptions): Promise<LocalModel> {
  try {
    return await store.resolve(reference, pulling.signal ? { signal: pulling.signal } : {});
  } catch (error) {
    if (!isPictorError(error) || error.code !== 'MODEL_NOT_LOCAL') throw error;
    return store.pull(reference, pulling);
  }
}
