/**
 * The model of a plan, ready to answer for its inputs.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { createEngine } from '../../engine/engine.ts';
import { PictorError } from '../../errors.ts';
import { resolveLimits } from '../../image/limits.ts';
import { readFileBounded } from '../../image/sources/file.ts';
import { openModelStore } from '../../models/store/store.ts';
import type { LocalModel, ModelStore } from '../../models/types.ts';
import { loadLocal } from '../../tasks/load.ts';
import type { S3Client } from '../place/s3-client.ts';
import { parseS3 } from '../place/s3-place.ts';
import type { BatchInput, BatchPlan } from '../types.ts';
import type { EarlierAnswers } from './earlier-answers.ts';
import type { BatchRecognizer, Recognized } from './run-chunk.ts';

/** What of a plan decides about answers. */
export type Planned = Pick<BatchPlan, 'task' | 'options' | 'model'>;

/** How the model is run. */
export interface RecognizerOptions {
  /** Worker processes (default: as the engine decides). */
  readonly workers?: number;
  readonly store?: Pick<ModelStore, 'resolve'>;
  readonly s3: () => Promise<S3Client>;
  /** Whether http(s) addresses of a list may be fetched (default true: whoever runs a batch chose the list). */
  readonly urls?: boolean;
  /** Answers of another run of the same model. */
  readonly earlier?: EarlierAnswers;
  /** Takes equal entity tags of one bucket for equal content, without fetching it again (default false: a tag is a hint). */
  readonly trustEtags?: boolean;
}

/** Different contents whose answers are kept for the same content in other places. */
const REMEMBERED = 4_096;

/**
 * Loads the model of a plan.
 *
 * @throws MODEL_HASH_MISMATCH when the model is not the one that was planned with, MODEL_NOT_LOCAL and its like
 */
export async function openRecognizer(plan: Planned, options: RecognizerOptions): Promise<BatchRecognizer> {
  const store = options.store ?? openModelStore();
  const model = await store.resolve(plan.model.id);
  requirePlanned(model, plan);
  const engine = createEngine(options.workers === undefined ? {} : { workers: options.workers });
  const recognizer = await loadLocal(model, plan.task, { engine });
  const limits = resolveLimits({});
  const known = new Map<string, Promise<Readonly<Record<string, unknown>>>>();
  const byTag = new Map<string, Promise<Recognized>>();

  async function bytesOf(uri: string, signal: AbortSignal): Promise<Uint8Array | URL> {
    const inBucket = parseS3(uri);
    if (inBucket !== undefined) {
      const client = await options.s3();
      const found = await client.get(inBucket.bucket, inBucket.key, { maxBytes: limits.maxBytes, signal });
      if (found) return found;
      throw new PictorError('IMAGE_NOT_FOUND', { received: uri });
    }
    if (/^https?:\/\//i.test(uri)) return new URL(uri);
    return readFileBounded(uri, limits, signal);
  }

  async function answer(picture: Uint8Array | URL, signal: AbortSignal) {
    const call = { ...plan.options, signal, ...(picture instanceof URL && { urls: options.urls ?? true }) };
    return plain(await askRecognizer(recognizer, plan.task, picture, call));
  }

  /** The answer for bytes, made once for the same content. */
  function answerFor(sha256: string, picture: Uint8Array, signal: AbortSignal) {
    const made = known.get(sha256);
    if (made !== undefined) return made;
    const making = (async () => (await options.earlier?.find(sha256)) ?? answer(picture, signal))();
    remember(known, sha256, making);
    // A failure is not kept: it may have been the worker's.
    making.catch(() => known.delete(sha256));
    return making;
  }

  async function fetchAndAnswer(uri: string, signal: AbortSignal): Promise<Recognized> {
    const picture = await bytesOf(uri, signal);
    if (picture instanceof URL) return { answer: await answer(picture, signal) };
    const sha256 = createHash('sha256').update(picture).digest('hex');
    return { sha256, answer: await answerFor(sha256, picture, signal) };
  }

  return {
    async recognize({ uri, etag }: BatchInput, signal: AbortSignal): Promise<Recognized> {
      const bucket = parseS3(uri)?.bucket;
      if (!options.trustEtags || etag === undefined || bucket === undefined) {
        return fetchAndAnswer(uri, signal);
      }
      const tag = `${bucket} ${etag}`;
      const same = byTag.get(tag);
      if (same !== undefined) return same;
      const making = fetchAndAnswer(uri, signal);
      remember(byTag, tag, making);
      making.catch(() => byTag.delete(tag));
      return making;
    },
    async [Symbol.asyncDispose]() {
      await recognizer.close();
      await engine.close();
    },
  };
}

/** Keeps a value, and forgets the oldest one when there are too many. */
function remember<Value>(kept: Map<string, Value>, key: string, value: Value): void {
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > REMEMBERED && oldest !== undefined) kept.delete(oldest);
}

function requirePlanned({ manifest, path }: LocalModel, plan: Planned): void {
  const here = manifest.files[0]?.sha256;
  if (here === plan.model.sha256) return;
  throw new PictorError('MODEL_HASH_MISMATCH', {
    expected: `${plan.model.id} with sha256 ${plan.model.sha256.slice(0, 12)}…, as it was planned`,
    received: `${here?.slice(0, 12)}… at ${path}: the model changed since the plan`,
    fix: 'Put the planned model back, or plan again into another place',
  });
}

type AnyRecognizer = Awaited<ReturnType<typeof loadLocal<BatchPlan['task']>>>;

async function askRecognizer(
  recognizer: AnyRecognizer,
  task: BatchPlan['task'],
  picture: Uint8Array | URL,
  options: Readonly<Record<string, unknown>>,
): Promise<object> {
  if (task === 'classify' && 'classify' in recognizer) return recognizer.classify(picture, options);
  if (task === 'detect' && 'detect' in recognizer) return recognizer.detect(picture, options);
  if (task === 'tag' && 'tag' in recognizer) return recognizer.tag(picture, options);
  if (task === 'moderate' && 'moderate' in recognizer) return recognizer.moderate(picture, options);
  if (task === 'embed' && 'embed' in recognizer) return recognizer.embed(picture, options);
  throw new PictorError('MODEL_TASK_MISMATCH', { received: task });
}

/** Without what differs from run to run, and as JSON has it. */
function plain(answer: object): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...answer };
  delete rest.timings;
  delete rest.model;
  const { vector } = rest;
  return vector instanceof Float32Array ? { ...rest, vector: [...vector] } : rest;
}
