/**
 * The library's front door: a model by name, as an object that does its task.
 *
 * @module
 */
import type { Engine } from '../engine/types.ts';
import type { Task } from '../models/manifest.ts';
import { openModelStore } from '../models/store.ts';
import type { LocalModel, ModelStore } from '../models/types.ts';
import { type Classifier, createClassifier } from './classify.ts';
import { createDetector, type Detector } from './detect.ts';
import { createEmbedder, type Embedder, embeddingTensor } from './embed.ts';
import { createModerator, type Moderator } from './moderate.ts';
import { requireTask } from './recognizer.ts';

/** How a model is loaded. */
export interface LoadOptions {
  /** Runs the model; stays open when the recognizer is closed. */
  readonly engine: Engine;
  /** Where models are looked up (default: the user's store). */
  readonly store?: Pick<ModelStore, 'resolve'>;
  /** Ends the loading. */
  readonly signal?: AbortSignal;
}

interface ByTask {
  readonly classify: Classifier;
  readonly detect: Detector;
  readonly moderate: Moderator;
  readonly embed: Embedder;
}

/** What a model turns into, by task. */
export type AnyRecognizer = ByTask[Task];

/**
 * Loads a model as an object typed by its task. Never downloads, never falls back.
 *
 * @param reference path of an `.onnx` file with a manifest beside it, path of a manifest, or a short id
 * @param options engine, store, signal; `task` narrows the type and is checked, and `task: 'embed'` makes an embedder
 * of a classifier
 * @throws MODEL_UNKNOWN, MODEL_NOT_LOCAL, MODEL_HASH_MISMATCH, MODEL_MANIFEST_INVALID, MODEL_TASK_MISMATCH,
 * MODEL_FILE_INVALID, BACKEND_UNAVAILABLE
 * @example
 * await using classifier = await load('./squeezenet.onnx', { engine, task: 'classify' });
 * const { predictions } = await classifier.classify('cheetah.jpg');
 */
export function load<Wanted extends Task>(
  reference: string,
  options: LoadOptions & { readonly task: Wanted },
): Promise<ByTask[Wanted]>;
export function load(reference: string, options: LoadOptions): Promise<AnyRecognizer>;
export async function load(
  reference: string,
  options: LoadOptions & { readonly task?: Task },
): Promise<AnyRecognizer> {
  const { engine, signal } = options;
  const store = options.store ?? openModelStore();
  const model = await store.resolve(reference, signal ? { signal } : {});
  return openRecognizer(engine, model, options.task ?? model.manifest.task, signal);
}

async function openRecognizer(
  engine: Engine,
  model: LocalModel,
  task: Task,
  signal: AbortSignal | undefined,
): Promise<AnyRecognizer> {
  const base = signal ? { signal } : {};
  if (task === 'embed') {
    requireTask(model.manifest, ['embed', 'classify']);
    const tensor = await embeddingTensor(model);
    return createEmbedder(await engine.open(model, { ...base, extraOutputs: [tensor] }), tensor);
  }
  requireTask(model.manifest, [task]);
  const session = await engine.open(model, base);
  try {
    if (task === 'classify') return createClassifier(session);
    if (task === 'detect') return createDetector(session);
    return createModerator(session);
  } catch (error) {
    await session.close();
    throw error;
  }
}
