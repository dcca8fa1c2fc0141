/**
 * A model named on the command line → a recognizer that closes everything behind it.
 *
 * @module
 */
import { createEngine } from '../../engine/engine.ts';
import type { Engine } from '../../engine/types.ts';
import type { LocalModel } from '../../models/types.ts';
import type { Classifier } from '../../tasks/classify/classify.ts';
import type { Detector } from '../../tasks/detect/detect.ts';
import type { Embedder } from '../../tasks/embed/embed.ts';
import type { loadLocal } from '../../tasks/load.ts';
import type { Moderator } from '../../tasks/moderate/moderate.ts';
import type { Wanted } from './find-model.ts';

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

/** Opens what answers `pictor classify` and `tag`: a classifier, or a detector where there is no classifier. */
export async function openDescriber(
  reference: string | undefined,
  options: OpenOptions,
): Promise<Classifier | Detector> {
  return open(
    'describe',
    reference,
    options,
    async (load, model, engine): Promise<Classifier | Detector> =>
      model.manifest.task === 'detect'
        ? await load(model, 'detect', engine)
        : await load(model, 'classify', engine),
  );
}

/** Opens a classifier, and nothing in its place. */
export async function openClassifier(
  reference: string | undefined,
  options: OpenOptions,
): Promise<Classifier> {
  return open('classify', reference, options, (load, model, engine) => load(model, 'classify', engine));
}

/** Opens a detector. */
export async function openDetector(reference: string | undefined, options: OpenOptions): Promise<Detector> {
  return open('detect', reference, options, (load, model, engine) => load(model, 'detect', engine));
}

/** Opens a content-safety model. */
export async function openModerator(reference: string | undefined, options: OpenOptions): Promise<Moderator> {
  return open('moderate', reference, options, (load, model, engine) => load(model, 'moderate', engine));
}

/** Opens the features of a model. */
export async function openEmbedder(reference: string | undefined, options: OpenOptions): Promise<Embedder> {
  return open('embed', reference, options, (load, model, engine) => load(model, 'embed', engine));
}

async function open<Opened extends Classifier | Detector | Moderator | Embedder>(
  wanted: Wanted,
  reference: string | undefined,
  { engine, signal }: OpenOptions,
  recognize: (
    load: typeof loadLocal,
    model: LocalModel,
    options: { engine: Engine; signal: AbortSignal },
  ) => Promise<Opened>,
): Promise<Opened> {
  try {
    const [{ openModelStore }, { findModel }, { loadLocal }] = await Promise.all([
      import('../../models/store/store.ts'),
      import('./find-model.ts'),
      import('../../tasks/load.ts'),
    ]);
    const model = await findModel(openModelStore(), wanted, reference, signal);
    const recognizer = await recognize(loadLocal, model, { engine, signal });
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
