/**
 * A model named on the command line → a recognizer that closes everything behind it.
 *
 * @module
 */
import type { Engine } from '../engine/types.ts';
import type { LocalModel } from '../models/types.ts';
import type { Classifier } from '../tasks/classify.ts';
import type { Detector } from '../tasks/detect.ts';
import type { Embedder } from '../tasks/embed.ts';
import { loadLocal } from '../tasks/load.ts';
import type { Moderator } from '../tasks/moderate.ts';
import { findModel, type Wanted } from './find-model.ts';

/** How much work is to come, and how it ends. */
export interface OpenOptions {
  /** Pictures to look at: one needs no second worker. */
  readonly pictures: number;
  readonly signal: AbortSignal;
}

/** Opens what answers `pictor classify` and `tag`: a classifier, or a detector where there is no classifier. */
export async function openDescriber(
  reference: string | undefined,
  options: OpenOptions,
): Promise<Classifier | Detector> {
  return open(
    'describe',
    reference,
    options,
    async (model, engine): Promise<Classifier | Detector> =>
      model.manifest.task === 'detect'
        ? await loadLocal(model, 'detect', engine)
        : await loadLocal(model, 'classify', engine),
  );
}

/** Opens a classifier, and nothing in its place. */
export async function openClassifier(
  reference: string | undefined,
  options: OpenOptions,
): Promise<Classifier> {
  return open('classify', reference, options, (model, engine) => loadLocal(model, 'classify', engine));
}

/** Opens a detector. */
export async function openDetector(reference: string | undefined, options: OpenOptions): Promise<Detector> {
  return open('detect', reference, options, (model, engine) => loadLocal(model, 'detect', engine));
}

/** Opens a content-safety model. */
export async function openModerator(reference: string | undefined, options: OpenOptions): Promise<Moderator> {
  return open('moderate', reference, options, (model, engine) => loadLocal(model, 'moderate', engine));
}

/** Opens the features of a model. */
export async function openEmbedder(reference: string | undefined, options: OpenOptions): Promise<Embedder> {
  return open('embed', reference, options, (model, engine) => loadLocal(model, 'embed', engine));
}

async function open<Opened extends Classifier | Detector | Moderator | Embedder>(
  wanted: Wanted,
  reference: string | undefined,
  { pictures, signal }: OpenOptions,
  load: (model: LocalModel, options: { engine: Engine; signal: AbortSignal }) => Promise<Opened>,
): Promise<Opened> {
  const { openModelStore } = await import('../models/store.ts');
  const { createEngine } = await import('../engine/engine.ts');
  const model = await findModel(openModelStore(), wanted, reference, signal);
  const engine = createEngine(pictures === 1 ? { workers: 1 } : {});
  try {
    const recognizer = await load(model, { engine, signal });
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
