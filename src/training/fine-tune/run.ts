import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { mapAtMost } from '../../base/map-at-most.ts';
import { loadNativeBackend } from '../../engine/backends/native.ts';
import type { BackendSession } from '../../engine/backends/types.ts';
import { PictorError } from '../../errors.ts';
import type { InputSpec } from '../../image/input-spec.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { elements } from '../../models/onnx/values.ts';
import { seededRandom, shuffled } from '../data/random.ts';
import { STEP } from '../graph/head-nodes.ts';
import { type TrainingGraph, trainingGraph } from '../graph/training-graph.ts';
import { adam } from '../optimizers/adam.ts';
import { followAverage } from '../optimizers/average.ts';
import { cosineRate } from '../optimizers/schedule.ts';
import { sgd } from '../optimizers/sgd.ts';
import type { Optimizer } from '../optimizers/types.ts';
import { readCheckpoint, type TrainingState, writeCheckpoint } from './checkpoint.ts';
import { type Evaluator, openEvaluator } from './evaluator.ts';
import { type LayerPlan, planLayers } from './layers.ts';
import { measure } from './measure.ts';
import { estimateMemory, releaseGarbage } from './memory.ts';
import { type Parameters, parametersOf, withParameters } from './parameters.ts';
import { contentHash, variantsOf } from './pictures.ts';
import type { FineTuneJob, FineTuneOutcome } from './process/protocol.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { makeRows, openFrozen, type Rows } from './rows.ts';
import { type StepFeeds, stepFeeds } from './step-feeds.ts';
import type { FineTuneEpoch, FineTunePlan, FineTuneProgress } from './types.ts';

/** Who the training talks to. */
export interface FineTunePort {
  onPlan(plan: FineTunePlan): void;
  onProgress(progress: FineTuneProgress): void;
  stopped(): boolean;
}

/** Time between two checkpoints within an epoch, in milliseconds. */
const CHECKPOINT_MS = 20_000;
/** Rows that are evaluated together. */
const EVALUATION_BATCH = 16;

/**
 * The whole of a fine-tuning, in the process that calls it: plan, frozen layers, epochs, outcome.
 *
 * @throws see `fineTune`
 */
export async function runFineTune(job: FineTuneJob, port: FineTunePort): Promise<FineTuneOutcome> {
  const started = performance.now();
  const { settings, head, train, validation } = job;
  const { batchSize, threads, epochs } = settings;
  // Quantised inputs are taken as the numbers they stand for.
  const input: InputSpec = { ...job.input, elementType: 'float32' };
  const layers = await planLayers(job.model, input, head.taps, settings.layers);
  const after = layers.cut.tensor;
  const step = trainingGraph({
    backbone: layers.backbone,
    taps: head.taps,
    classes: head.bias.length,
    after,
    trained: layers.trained,
    shapes: layers.shapes(batchSize),
  });
  const start = new Map([
    [STEP.headWeights, head.weights],
    [STEP.headBias, head.bias],
  ]);
  const { graph } = layers.backbone.model;
  const parameters = parametersOf(step.parameters, graph, start);
  const average = parametersOf(step.parameters, graph, start);
  const size = parameters.all.length;
  const { optimizer: spec } = settings;
  const optimizer = spec.kind === 'adam' ? adam(size, spec) : sgd(size, spec);
  const best = parameters.all.slice();
  const variants = variantsOf(settings);
  const frozen = await openFrozen(layers, threads);
  const session = await (await loadNativeBackend()).load(step.model, { intraOpThreads: threads });
  const rowSize = elements(layers.cut.shape.slice(1));
  const feeds = stepFeeds(layers, batchSize, head.bias.length, parameters);
  const estimate = await estimateMemory({
    limit: settings.memoryBytes,
    layers,
    batchSize,
    frozen,
    session,
    feeds,
    parameters,
    evaluate: () => openEvaluator(layers.backbone, head.taps, after, layers.shapes(1), average, threads),
    evaluationBatch: EVALUATION_BATCH,
  });
  const pictures = [...train, ...validation];
  const hashes = await mapAtMost(4, pictures, contentHash);
  const origin = await fingerprintOf(job, hashes, variants);
  const checkpoint = join(job.folder, 'checkpoint.bin');
  const arrays = [parameters.all, average.all, best, ...optimizer.state];
  const resumed =
    job.keep && settings.resume ? await readCheckpoint(checkpoint, origin.training, arrays) : undefined;
  const stepsPerEpoch = Math.ceil(train.length / batchSize);
  port.onPlan({
    after,
    trainedWeights: size,
    totalWeights: layers.totalWeights + head.weights.length + head.bias.length,
    epochs,
    stepsPerEpoch,
    memoryBytes: estimate.bytes,
    diskBytes: (train.length * variants.length + validation.length) * (rowSize * 4 + 4),
    resumedEpoch: resumed?.epoch ?? 0,
  });

  const reporter = createReporter(port.onProgress, {
    steps: stepsPerEpoch * epochs,
    stepMs: estimate.stepMs,
    batchSize,
    epochs,
    validation: validation.length,
  });
  const rows = await makeRows({
    plan: layers,
    frozen,
    input,
    settings,
    variants,
    train,
    validation,
    hashes,
    folder: job.folder,
    fingerprint: origin.rows,
    stopped: port.stopped,
    onRow: async (done, total) => {
      reporter.prepared(done, total);
      await yieldToEvents();
    },
  });
  await frozen?.dispose();
  releaseGarbage();
  if (rows.file.count < rows.validation(validation.length)) {
    rows.file.close();
    throw new PictorError('ABORTED', {
      received: `a stop after ${rows.file.count} of ${rows.validation(validation.length)} pictures were prepared`,
      fix: job.keep ? 'Train again with the same folder to go on' : 'Train again',
    });
  }

  const trainer = new Trainer({
    job,
    port,
    layers,
    step,
    session,
    feeds,
    parameters,
    average,
    optimizer,
    best,
    rows,
    reporter,
    checkpoint,
    fingerprint: origin.training,
    resumed,
    started: started - (resumed?.elapsedMs ?? 0),
  });
  const ended = await trainer.run();
  await session.dispose();
  average.all.set(best);
  const final = await trainer.evaluator();
  const validationResult = await evaluateRows(
    final,
    rows,
    validation.map((_, i) => rows.validation(i)),
  );
  const trainResult = await evaluateRows(
    final,
    rows,
    train.map((_, i) => rows.train(i, 0)),
  );
  await final.close();
  rows.file.close();
  if (ended !== 'stop' && job.keep) await rm(checkpoint, { force: true });
  const { model } = layers.backbone;
  const tuned = {
    ...model,
    producerName: 'pictor',
    producerVersion: '',
    graph: { ...model.graph, initializers: withParameters(model.graph.initializers, average) },
  };
  const valuesOf = (name: string) =>
    average.list.find((parameter) => parameter.name === name)?.values.slice() ?? new Float32Array();
  return {
    backbone: encodeModel(tuned),
    input,
    head: { taps: head.taps, weights: valuesOf(STEP.headWeights), bias: valuesOf(STEP.headBias) },
    validationLogits: validationResult.logits,
    features: { train: trainResult.features, validation: validationResult.features },
    curve: trainer.curve,
    bestEpoch: trainer.bestEpoch,
    ended,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

interface TrainerParts {
  readonly job: FineTuneJob;
  readonly port: FineTunePort;
  readonly layers: LayerPlan;
  readonly step: TrainingGraph;
  readonly session: BackendSession;
  readonly feeds: StepFeeds;
  readonly parameters: Parameters;
  /** Running mean of the weights, which is what is validated and kept. */
  readonly average: Parameters;
  readonly optimizer: Optimizer;
  /** Weights of the best epoch so far. */
  readonly best: Float32Array;
  readonly rows: Rows;
  readonly reporter: Reporter;
  /** Path of the checkpoint. */
  readonly checkpoint: string;
  readonly fingerprint: string;
  readonly resumed: TrainingState | undefined;
  readonly started: number;
}

/** The epochs. */
class Trainer {
  readonly #parts: TrainerParts;
  readonly curve: FineTuneEpoch[];
  bestEpoch: number;
  readonly #trainingStarted = performance.now();
  #lastCheckpoint = performance.now();

  constructor(parts: TrainerParts) {
    this.#parts = parts;
    this.curve = [...(parts.resumed?.curve ?? [])];
    this.bestEpoch = parts.resumed?.bestEpoch ?? 0;
  }

  evaluator(): Promise<Evaluator> {
    const { layers, job, average } = this.#parts;
    const { backbone, cut, shapes } = layers;
    return openEvaluator(backbone, job.head.taps, cut.tensor, shapes(1), average, job.settings.threads);
  }

  async run(): Promise<FineTuneOutcome['ended']> {
    const { resumed, optimizer, job } = this.#parts;
    const { epochs } = job.settings;
    optimizer.steps = resumed?.optimizerSteps ?? 0;
    if (!resumed) await this.#validate(0, undefined, 0, performance.now());
    for (let epoch = resumed?.epoch ?? 0; epoch < epochs; epoch++) {
      const begun = performance.now();
      const first = epoch === resumed?.epoch ? resumed : undefined;
      const { lossSum, steps, ended } = await this.#epoch(epoch, first?.step ?? 0, first?.lossSum ?? 0);
      if (steps > 0) {
        const rate = this.#rate(epoch, steps);
        await this.#validate(epoch + 1, lossSum / steps, rate, begun);
      }
      if (ended) {
        // What was cut short counts as an epoch in the curve, but a resumed training does it again.
        return ended;
      }
      await this.#save(epoch + 1, 0, 0);
    }
    return 'epochs';
  }

  /** Steps of one epoch, up to its end or to the end of the time. */
  async #epoch(epoch: number, from: number, sum: number) {
    const { job, port, rows, reporter, feeds, session, step, optimizer, parameters } = this.#parts;
    const { train, settings, head } = job;
    const { batchSize, seed, labelSmoothing, weightDecay } = settings;
    const classes = head.bias.length;
    const random = seededRandom(seed, `epoch ${epoch}`);
    const order = shuffled([...train.keys()], random);
    const shown = order.map(() => Math.floor(random() * rows.variants.length));
    const stepsPerEpoch = Math.ceil(order.length / batchSize);
    let lossSum = sum;
    let at = from;
    for (; at < stepsPerEpoch; at++) {
      const ended = port.stopped() ? 'stop' : this.#outOfTime() ? 'time' : undefined;
      if (ended) {
        if (ended === 'stop') await this.#save(epoch, at, lossSum);
        return { lossSum, steps: at, ended } as const;
      }
      const batch = order.slice(at * batchSize, (at + 1) * batchSize);
      const weights = batch.map((i) => train[i]?.weight ?? 1);
      const total = weights.reduce((a, b) => a + b, 0) || 1;
      feeds.weights.fill(0);
      feeds.targets.fill(1 / classes);
      for (const [row, i] of batch.entries()) {
        const variant = shown[at * batchSize + row] ?? 0;
        rows.file.read(
          rows.train(i, variant),
          feeds.features.subarray(row * rows.size, (row + 1) * rows.size),
        );
        feeds.targets.fill(labelSmoothing / classes, row * classes, (row + 1) * classes);
        feeds.targets[row * classes + (train[i]?.classIndex ?? 0)] =
          1 - labelSmoothing + labelSmoothing / classes;
        feeds.weights[row] = (weights[row] ?? 1) / total;
      }
      const found = await session.run(feeds.tensors);
      const loss = Number(found[STEP.loss]?.data[0]);
      if (!Number.isFinite(loss)) {
        throw new PictorError('TRAINING_FAILED', {
          expected: 'a loss that is a number',
          received: `${loss} in epoch ${epoch + 1}`,
          fix: 'Train with a smaller learning rate',
        });
      }
      lossSum += loss;
      optimizer.begin(this.#rate(epoch, at));
      for (const { name, offset, decays } of parameters.list) {
        const gradient = found[step.gradients.get(name) ?? '']?.data;
        if (gradient instanceof Float32Array) {
          optimizer.update(parameters.all, offset, gradient, decays ? weightDecay : 0);
        }
      }
      followAverage(this.#parts.average.all, parameters.all, optimizer.steps);
      releaseGarbage();
      reporter.trained(epoch, at + 1, Math.min(order.length, (at + 1) * batchSize), order.length);
      if (performance.now() - this.#lastCheckpoint > CHECKPOINT_MS) await this.#save(epoch, at + 1, lossSum);
      await yieldToEvents();
    }
    return { lossSum, steps: at, ended: undefined } as const;
  }

  #rate(epoch: number, step: number): number {
    const { job } = this.#parts;
    const { epochs, learningRate, warmUp, batchSize, timeMs } = job.settings;
    const stepsPerEpoch = Math.ceil(job.train.length / batchSize);
    const bySteps = (epoch * stepsPerEpoch + step + 1) / (epochs * stepsPerEpoch);
    const { started } = this.#parts;
    // With a time limit the rate must have come down when the time is over.
    const byTime =
      timeMs === undefined
        ? 0
        : (performance.now() - this.#trainingStarted) /
          Math.max(1, timeMs - (this.#trainingStarted - started));
    return cosineRate(learningRate, warmUp, Math.max(bySteps, byTime));
  }

  #outOfTime(): boolean {
    const { job, started, reporter } = this.#parts;
    const { timeMs } = job.settings;
    // The last validation takes its time, too.
    return timeMs !== undefined && performance.now() - started + reporter.validationMs > timeMs;
  }

  async #validate(epoch: number, trainLoss: number | undefined, learningRate: number, begun: number) {
    const { job, rows, reporter, average, best } = this.#parts;
    const { validation, head } = job;
    const started = performance.now();
    const evaluator = await this.evaluator();
    const { logits } = await evaluateRows(
      evaluator,
      rows,
      validation.map((_, i) => rows.validation(i)),
    );
    await evaluator.close();
    const { loss, accuracy } = measure(
      logits,
      head.bias.length,
      validation.map(({ classIndex }) => classIndex),
    );
    const entry: FineTuneEpoch = {
      epoch,
      ...(trainLoss !== undefined && { trainLoss }),
      validationLoss: loss,
      validationAccuracy: accuracy,
      learningRate,
      durationMs: performance.now() - begun,
    };
    const leader = this.curve.find((each) => each.epoch === this.bestEpoch);
    const better =
      !leader ||
      accuracy > leader.validationAccuracy ||
      (accuracy === leader.validationAccuracy && loss < leader.validationLoss);
    this.curve.push(entry);
    if (better) {
      this.bestEpoch = epoch;
      best.set(average.all);
    }
    reporter.validated(entry, performance.now() - started);
    releaseGarbage();
    await yieldToEvents();
  }

  async #save(epoch: number, step: number, lossSum: number): Promise<void> {
    const { job, checkpoint, fingerprint, optimizer, parameters, average, best, started } = this.#parts;
    this.#lastCheckpoint = performance.now();
    if (!job.keep) return;
    const state: TrainingState = {
      fingerprint,
      epoch,
      step,
      lossSum,
      optimizerSteps: optimizer.steps,
      elapsedMs: performance.now() - started,
      bestEpoch: this.bestEpoch,
      curve: this.curve,
    };
    await writeCheckpoint(checkpoint, state, [parameters.all, average.all, best, ...optimizer.state]);
  }
}

async function evaluateRows(evaluator: Evaluator, rows: Rows, places: readonly number[]) {
  const features: Float32Array[] = [];
  const logits: Float32Array[] = [];
  for (let from = 0; from < places.length; from += EVALUATION_BATCH) {
    const part = places.slice(from, from + EVALUATION_BATCH);
    const data = new Float32Array(part.length * rows.size);
    for (const [i, place] of part.entries())
      rows.file.read(place, data.subarray(i * rows.size, (i + 1) * rows.size));
    const found = await evaluator.run(data, part.length);
    features.push(found.features);
    logits.push(found.logits);
    await yieldToEvents();
  }
  return { features: joined(features), logits: joined(logits) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Of what the rows depend on, and of what the whole training depends on. */
async function fingerprintOf(
  job: FineTuneJob,
  hashes: readonly string[],
  variants: readonly number[],
): Promise<{ readonly rows: string; readonly training: string }> {
  const { settings, head, train, validation } = job;
  const { crop, color, erase, flip, seed, layers } = settings;
  const model = createHash('sha256')
    .update(await readFile(job.model))
    .digest('hex');
  const rows = digest([
    model,
    job.input,
    head.taps,
    layers,
    variants,
    { crop, color, erase, flip, seed },
    hashes,
  ]);
  const { threads: _, memoryBytes: __, timeMs: ___, resume: ____, ...rest } = settings;
  const start = createHash('sha256')
    .update(new Uint8Array(head.weights.buffer, head.weights.byteOffset, head.weights.byteLength))
    .update(new Uint8Array(head.bias.buffer, head.bias.byteOffset, head.bias.byteLength))
    .digest('hex');
  const labels = [...train, ...validation].map(({ classIndex, weight = 1 }) => [classIndex, weight]);
  return { rows, training: digest([rows, rest, start, labels, train.length]) };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
