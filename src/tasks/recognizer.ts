import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events';
import { joinSignals } from '../base/join-signals.ts';
import type { Inference, InferOptions, Session } from '../engine/types.ts';
import { PictorError } from '../errors.ts';
import type { ImageOptions } from '../image/limits.ts';
import { type ReadOptions, readSource } from '../image/sources/read-source.ts';
import type { ImageSource } from '../image/types.ts';
import { type LabelRecord, resolveLabels } from '../models/labels/index.ts';
import type { Manifest, Task } from '../models/manifest/manifest.ts';
import { checkFrames } from './frame-options.ts';
import type { CallOptions, Recognize } from './types.ts';

/** Pictures of one array that are under way at the same time: enough to keep workers busy, few enough to wait. */
const LANES = 16;

/** Calls on one signal at the same time that are no sign of a leak. */
const MANY_LISTENERS = 10_000;

/** What every recognizer has. */
export interface Recognizer extends AsyncDisposable {
  readonly model: Manifest;
  readonly session: Session;
  /** Gives the session back; a shared engine stays for the others. */
  close(): Promise<void>;
}

/** The common part of a recognizer over a session. */
export function recognizerOf(
  session: Session,
  close: () => Promise<void> = () => session.close(),
): Recognizer {
  return { model: session.model.manifest, session, close, [Symbol.asyncDispose]: close };
}

/** @throws MODEL_TASK_MISMATCH */
export function requireTask(manifest: Manifest, tasks: readonly Task[]): void {
  if (tasks.includes(manifest.task)) return;
  throw new PictorError('MODEL_TASK_MISMATCH', {
    expected: `a model for ${tasks.join(' or ')}`,
    received: `${manifest.id}, a model for ${manifest.task}`,
  });
}

/** @throws MODEL_MANIFEST_INVALID when the manifest names no labels */
export function labelsOf(manifest: Manifest): readonly LabelRecord[] {
  if (manifest.labels) return resolveLabels(manifest.labels);
  throw new PictorError('MODEL_MANIFEST_INVALID', {
    expected: 'labels',
    received: `${manifest.id} without`,
    fix: 'Import or add the model again with --labels <file>, one name a line',
  });
}

/** Reads a picture and runs it through a session. */
export async function inferSource(
  session: Session,
  source: ImageSource,
  options: CallOptions,
  outputs?: readonly string[],
): Promise<Inference> {
  const { bytes, options: own } = await readPicture(session, source, options);
  return session.infer(bytes, { ...own, ...(outputs && { outputs }) });
}

/** Reads a picture, and says how the session is to be asked. */
export async function readPicture(
  session: Session,
  source: ImageSource,
  options: CallOptions,
): Promise<{ bytes: Uint8Array; options: InferOptions }> {
  const { signal, deadlineMs, client, limits } = options;
  // One signal for many pictures is usual, and Node warns from the eleventh listener on.
  if (signal && getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(MANY_LISTENERS, signal);
  const bytes = await readSource(source, readingOf(session, options));
  const own = {
    ...(signal && { signal }),
    ...(deadlineMs !== undefined && { deadlineMs }),
    ...(client !== undefined && { client }),
    ...(limits && { limits }),
  };
  return { bytes, options: own };
}

/** The bounds that the session will hold the pictures of a call to. */
export function boundsOf({ limits }: Session, call: CallOptions): ImageOptions {
  return { limits: { ...limits, ...call.limits }, ...(call.signal && { signal: call.signal }) };
}

/** How the pictures of a call are read. */
export function readingOf(session: Session, call: CallOptions): ReadOptions {
  return { ...boundsOf(session, call), urls: call.urls ?? false };
}

/**
 * Lifts a function of one picture to one picture or an array of them. The first failure of an array ends the rest.
 *
 * @param resolve checks the options once, before any picture is read
 */
export function overPictures<Options extends CallOptions, Resolved, Answer>(
  resolve: (options: Options | undefined) => Resolved,
  one: (image: ImageSource, options: Resolved, call: CallOptions) => Promise<Answer>,
): Recognize<Options, Answer> {
  function recognize(image: ImageSource, options?: Options): Promise<Answer>;
  function recognize(images: readonly ImageSource[], options?: Options): Promise<Answer[]>;
  async function recognize(
    image: ImageSource | readonly ImageSource[],
    options?: Options,
  ): Promise<Answer | Answer[]> {
    const resolved = resolve(options);
    const call = callOptions(options ?? {});
    if (call.signal?.aborted) throw new PictorError('ABORTED', { cause: call.signal.reason });
    return isList(image)
      ? mapPictures(image, call, (item, own) => one(item, resolved, own))
      : one(image, resolved, call);
  }
  return recognize;
}

/** Only what concerns every call: the rest of the options belongs to the task. */
function callOptions({ signal, deadlineMs, client, limits, urls, frames }: CallOptions): CallOptions {
  checkFrames(frames);
  return {
    ...(signal && { signal }),
    ...(deadlineMs !== undefined && { deadlineMs }),
    ...(client !== undefined && { client }),
    ...(limits && { limits }),
    ...(urls !== undefined && { urls }),
    ...(frames !== undefined && { frames }),
  };
}

async function mapPictures<Answer>(
  images: readonly ImageSource[],
  call: CallOptions,
  one: (image: ImageSource, call: CallOptions) => Promise<Answer>,
): Promise<Answer[]> {
  const stop = joinSignals(call.signal);
  const { signal } = stop;
  const answers: Answer[] = [];
  const waiting = images.entries();
  async function lane(): Promise<void> {
    for (const [index, image] of waiting) {
      if (signal.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
      answers[index] = await one(image, { ...call, signal });
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(LANES, images.length) }, lane));
  } catch (error) {
    stop.abort();
    throw error;
  } finally {
    stop.release();
  }
  return answers;
}

function isList(image: ImageSource | readonly ImageSource[]): image is readonly ImageSource[] {
  return Array.isArray(image);
}
