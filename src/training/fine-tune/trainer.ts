import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { BackendSession } from '../../engine/backends/types.ts';
import { PictorError } from '../../errors.ts';
import { seededRandom, shuffled } from '../data/random.ts';
import { STEP } from '../graph/head-nodes.ts';
import type { TrainingGraph } from '../graph/training-graph.ts';
import { followAverage } from '../optimizers/average.ts';
import { cosineRate } from '../optimizers/schedule.ts';
import type { Optimizer } from '../optimizers/types.ts';
import { type TrainingState, writeCheckpoint } from './checkpoint.ts';
import { evaluateRows } from './evaluate-rows.ts';
import { type Evaluator, openEvaluator } from './evaluator.ts';
import type { LayerPlan } from './layers.ts';
import { measure } from './measure.ts';
import type { Parameters } from './parameters.ts';
import { releaseGarbage } from './process/memory.ts';
import type { FineTuneJob, FineTuneOutcome } from './process/protocol.ts';
import type { Reporter } from './process/reporter.ts';
import type { Rows } from './rows/rows.ts';
import type { StepFeeds } from './step-feeds.ts';
import type { FineTuneEpoch, FineTunePlan, FineTuneProgress } from './types.ts';

/** Who the training talks to. */
export interface FineTunePort {
  onPlan(plan: FineTunePlan): void;
  onProgress(progress: FineTuneProgress): void;
  stopped(): boolean;
}

/** Time between two checkpoints within an epoch, in milliseconds. */
const CHECKPOINT_MS = 20_000;

export interface TrainerParts {
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

/** The epochs of a training: steps, validation, checkpoints. */
export class Trainer {
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
    const { loss, accuracy, confusion } = measure(
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
    reporter.validated(entry, confusion, performance.now() - started);
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
