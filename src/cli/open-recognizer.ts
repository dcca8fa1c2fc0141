/**
 * A model named on the command line → a recognizer that closes everything behind it.
 *
 * @module
 */
import { PictorError } from '../errors.ts';
import type { Task } from '../models/manifest.ts';
import { openModelStore } from '../models/store.ts';
import type { Classifier } from '../tasks/classify.ts';
import type { Detector } from '../tasks/detect.ts';
import type { Embedder } from '../tasks/embed.ts';
import type { Moderator } from '../tasks/moderate.ts';

/** Opens what answers `pictor classify`: a classifier, or a detector that tags where there is no classifier. */
export async function openClassifier(reference: string | undefined): Promise<Classifier | Detector> {
  return unavailable('classify', reference);
}

/** Opens what answers `pictor tag`. */
export async function openTagger(reference: string | undefined): Promise<Classifier | Detector> {
  return unavailable('classify', reference);
}

/** Opens what answers `pictor detect`. */
export async function openDetector(reference: string | undefined): Promise<Detector> {
  return unavailable('detect', reference);
}

/** Opens what answers `pictor moderate`. */
export async function openModerator(reference: string | undefined): Promise<Moderator> {
  return unavailable('moderate', reference);
}

/** Opens what answers `pictor embed`. */
export async function openEmbedder(reference: string | undefined): Promise<Embedder> {
  return unavailable('embed', reference);
}

async function unavailable(task: Task, reference: string | undefined): Promise<never> {
  if (reference !== undefined) await openModelStore().resolve(reference);
  throw new PictorError('BACKEND_UNAVAILABLE', { expected: `an engine for ${task}` });
}
