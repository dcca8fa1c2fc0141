/**
 * Fine-tuning after the head: the better of both on the validation part is delivered.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isPictorError, PictorError } from '../errors.ts';
import { decodeModel } from '../models/onnx/decode.ts';
import { fitTemperature } from './calibration/temperature.ts';
import type { Delivered, TrainContext } from './context.ts';
import type { PreparedData } from './data/prepare-data.ts';
import { extractFeatures } from './features/extract-features.ts';
import { fineTune } from './fine-tune/index.ts';
import type { FineTuneOptions, FineTunePlan, FineTuneResult, TrainingPicture } from './fine-tune/types.ts';
import { answer, fitModel, importanceOf } from './fit-model.ts';
import { type Matrix, pickRows } from './matrix.ts';
import { measure } from './report/measures.ts';
import type { Candidate } from './report/types.ts';

type Context = TrainContext & {
  readonly fineTune: FineTuneOptions;
  /** Rows of the pictures of a part. */
  readonly rowsOf: (part: string) => number[];
};

/**
 * Fine-tunes the backbone, starting from the head, and refits head, temperature and bank on the new features.
 *
 * @returns whichever does better on the validation part: by accuracy, then by log loss; the head when they are equal
 */
export async function tryFineTune(head: Delivered, data: PreparedData, context: Context): Promise<Delivered> {
  const { rowsOf, signal, onProgress } = context;
  const validationRows = rowsOf('validation');
  const { spec } = head.fitted.head;
  if (spec.kind !== 'linear') {
    throw new PictorError('OPTION_INVALID', {
      expected: 'a logistic or means head to start fine-tuning from',
      received: head.fitted.head.kind,
    });
  }
  if (validationRows.length === 0) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'a validation part to choose between head and fine-tuning',
      received: 'too few pictures for one',
    });
  }
  const source = context.backbone.model;
  const folder = context.fineTune.folder ?? join(context.cacheFolder, 'fine-tune', context.id);
  const result = await fineTune(
    {
      backbone: source,
      head: { taps: context.backbone.taps, weights: spec.weights, bias: spec.bias },
      train: picturesOf(data, head.trainRows, context),
      validation: picturesOf(data, validationRows, context),
    },
    {
      seed: context.seed,
      ...context.fineTune,
      folder,
      ...(signal && { signal }),
      onPlan: (plan) => {
        context.fineTune.onPlan?.(plan);
        context.onNotice?.(planned(plan));
        context.onEvent?.({ kind: 'plan', plan });
      },
      onProgress: (progress) => {
        const { epoch, confusion, picturesPerSecond, remainingMs, done, total } = progress;
        context.fineTune.onProgress?.(progress);
        if (epoch && confusion) context.onEvent?.({ kind: 'epoch', epoch, confusion });
        onProgress?.({
          stage: 'fine-tune',
          done,
          total,
          ...(remainingMs !== undefined && { remainingMs }),
          message: epoch
            ? `epoch ${epoch.epoch}: ${(epoch.validationAccuracy * 100).toFixed(1)} % on validation, ${picturesPerSecond.toFixed(0)} pictures/s`
            : `${picturesPerSecond.toFixed(0)} pictures/s`,
        });
      },
    },
  ).catch((thrown: unknown) => {
    if (endedEarly(thrown, context)) return undefined;
    throw thrown;
  });
  if (result === undefined) {
    context.onNotice?.('Fine-tuning was ended before its first epoch: the head is the best so far');
    return head;
  }
  // What is over needs no checkpoint; what was cut off by an error or a kill keeps it for the next time.
  if (context.fineTune.folder === undefined) await rm(folder, { recursive: true, force: true });
  const tuned = await refit(result, data, head, context);
  const candidates = [
    await judgeOn(head, data, validationRows, 'head'),
    await judgeOn(tuned, data, validationRows, 'fine-tune'),
  ] as const;
  const [one, other] = candidates;
  const better =
    other.validation > one.validation || (other.validation === one.validation && other.logLoss < one.logLoss);
  const winner = better ? tuned : head;
  return { ...winner, level: better ? 'fine-tune' : 'head', candidates, curve: result.curve };
}

/** Whether somebody asked for the best so far before there was an epoch. */
function endedEarly(thrown: unknown, { fineTune: { stop }, signal }: Context): boolean {
  return isPictorError(thrown) && thrown.code === 'ABORTED' && stop?.aborted === true && !signal?.aborted;
}

/** What is about to be done, in one sentence. */
function planned(plan: FineTunePlan): string {
  const { trainedWeights, totalWeights, after, memoryBytes, diskBytes, resumedEpoch } = plan;
  const millions = (count: number) => (count / 1e6).toFixed(2);
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const resumed = resumedEpoch > 0 ? `, going on after epoch ${resumedEpoch}` : '';
  return `fine-tuning ${millions(trainedWeights)} of ${millions(totalWeights)} million weights (after ${after}), with about ${megabytes(memoryBytes)} MB of memory and ${megabytes(diskBytes)} MB of disk${resumed}`;
}

function picturesOf(
  data: PreparedData,
  rows: readonly number[],
  { classWeights }: Context,
): TrainingPicture[] {
  const pictures = rows.flatMap((row) => data.pictures[row] ?? []);
  const labels = Int32Array.from(pictures, ({ classIndex }) => classIndex);
  const weights = importanceOf(labels, data.classes.length, classWeights);
  return pictures.map(({ path, classIndex }, at) => ({ source: path, classIndex, weight: weights[at] ?? 1 }));
}

/**
 * Features changed: whatever was derived from them is derived again. The head is the one that was trained with them,
 * its temperature from the validation part: the training pictures are no longer new to the features.
 */
async function refit(
  { backbone, input, head: trained, validationLogits }: FineTuneResult,
  data: PreparedData,
  head: Delivered,
  context: Context,
): Promise<Delivered> {
  const graph = decodeModel(backbone);
  const { model } = context.backbone;
  const sha256 = createHash('sha256').update(backbone).digest('hex');
  const manifest = {
    ...model.manifest,
    input,
    files: [{ path: 'model.onnx', urls: [], sha256, bytes: backbone.byteLength }],
  };
  const tapped = { ...context.backbone, graph, model: { ...model, manifest } };
  const { features } = await extractFeatures(tapped, data.pictures, {
    engine: context.engine,
    cacheFolder: context.cacheFolder,
    ...(context.signal && { signal: context.signal }),
  });
  const fitted = await fitModel(tapped, data, features, head.trainRows, context);
  const labels = Int32Array.from(
    context.rowsOf('validation').flatMap((row) => data.pictures[row] ?? []),
    ({ classIndex }) => classIndex,
  );
  const columns = data.classes.length;
  const temperature = fitTemperature({ rows: labels.length, columns, data: validationLogits }, labels);
  const spec = {
    kind: 'linear',
    weights: trained.weights.map((value) => value / temperature),
    bias: trained.bias.map((value) => value / temperature),
  } as const;
  const tuned = {
    ...fitted,
    head: { ...fitted.head, spec, temperature },
    spec: { ...fitted.spec, head: spec },
  };
  return { ...head, fitted: tuned, features, backbone: tapped };
}

async function judgeOn(
  { fitted, features }: { readonly fitted: Delivered['fitted']; readonly features: Matrix },
  data: PreparedData,
  rows: readonly number[],
  level: Candidate['level'],
): Promise<Candidate> {
  const { scores } = await answer(fitted, pickRows(features, rows), data.classes.length);
  const pictures = rows.flatMap((row) => data.pictures[row] ?? []);
  const { top1, logLoss } = measure(
    scores,
    pictures.map(({ classIndex }) => classIndex),
    pictures.map(({ name }) => name),
    data.classes,
  );
  return { level, validation: top1, logLoss };
}
