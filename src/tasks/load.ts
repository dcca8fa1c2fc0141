/**
 * The library's front door: a model by name, as an object that does its task.
 *
 * @module
 */
import type { Engine, Session } from '../engine/types.ts';
import type { Task } from '../models/manifest/manifest.ts';
import { openModelStore } from '../models/store/store.ts';
import type { LocalModel, ModelStore } from '../models/types.ts';
import { embeddingTensor } from './embed/embed.ts';
import { requireTask } from './recognizer.ts';
import { type RecognizerByTask, TASKS, type TaskName } from './registry.ts';
import { borrowEngine } from './shared-engine.ts';

/** How a model is loaded. */
export interface LoadOptions {
  /**
   * Runs the model and stays open when the recognizer is closed (default: one that all recognizers loaded without an
   * engine share, and that the last of them closes).
   */
  readonly engine?: Engine;
  /** Where models are looked up (default: the user's store). */
  readonly store?: Pick<ModelStore, 'resolve'>;
  /** Ends the loading. */
  readonly signal?: AbortSignal;
}

/** What a model turns into, by task. */
export type AnyRecognizer = RecognizerByTask[Task];

/**
 * Loads a model as an object typed by its task. Never downloads, never falls back.
 *
 * @param reference short id, path of an `.onnx` file with a manifest beside it, or path of a manifest
 * @param options engine, store, signal; `task` narrows the type and is checked: `embed` makes an embedder of a
 * classifier, `tag` takes a classifier or a detector
 * @throws MODEL_UNKNOWN, MODEL_NOT_LOCAL, MODEL_HASH_MISMATCH, MODEL_MANIFEST_INVALID, MODEL_TASK_MISMATCH,
 * MODEL_FILE_INVALID, BACKEND_UNAVAILABLE
 * @example
 * await using classifier = await load('squeezenet', { task: 'classify' });
 * const { predictions } = await classifier.classify('cheetah.jpg');
 */
export function load<Wanted extends TaskName>(
  reference: string,
  options: LoadOptions & { readonly task: Wanted },
): Promise<RecognizerByTask[Wanted]>;
export function load(reference: string, options?: LoadOptions): Promise<AnyRecognizer>;
export async function load(
  reference: string,
  options: LoadOptions & { readonly task?: TaskName } = {},
): Promise<AnyRecognizer> {
  const { signal, task } = options;
  const { engine, giveBack } = borrowEngine(options.engine);
  try {
    // A worker takes longer to start than a model to be found.
    engine.prepare();
    const store = options.store ?? openModelStore();
    const model = await store.resolve(reference, signal ? { signal } : {});
    return await loadLocal(model, task ?? model.manifest.task, options);
  } finally {
    await giveBack();
  }
}

/**
 * Loads a model that was found already, as an object typed by the task.
 *
 * @param model from a store's `resolve` or `pull`
 * @param task the model's own, `embed` for the features of a classifier, or `tag`
 * @throws MODEL_TASK_MISMATCH, MODEL_FILE_INVALID, BACKEND_UNAVAILABLE
 * @example
 * await using detector = await loadLocal(await store.resolve('centernet'), 'detect');
 */
export async function loadLocal<Wanted extends TaskName>(
  model: LocalModel,
  task: Wanted,
  options: Pick<LoadOptions, 'engine' | 'signal'> = {},
): Promise<RecognizerByTask[Wanted]> {
  const tensor = task === 'embed' ? await embeddingTensor(model) : undefined;
  if (tensor === undefined) requireTask(model.manifest, TASKS[task].models);
  const { signal } = options;
  const { engine, giveBack } = borrowEngine(options.engine);
  let session: Session | undefined;
  const close = async () => {
    await session?.close();
    await giveBack();
  };
  try {
    session = await engine.open(model, {
      ...(signal && { signal }),
      ...(tensor !== undefined && { extraOutputs: [tensor] }),
    });
    return TASKS[task].create(session, close, tensor);
  } catch (error) {
    await close();
    throw error;
  }
}
