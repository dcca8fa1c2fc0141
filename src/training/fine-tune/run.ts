import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { mapAtMost } from '../../base/map-at-most.ts';
import { loadNativeBackend } from '../../engine/backends/native.ts';
import { PictorError } from '../../errors.ts';
import type { InputSpec } from '../../image/input-spec.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { elements } from '../../models/onnx/values.ts';
import { STEP } from '../graph/head-nodes.ts';
import { trainingGraph } from '../graph/training-graph.ts';
import { adam } from '../optimizers/adam.ts';
import { sgd } from '../optimizers/sgd.ts';
import { readCheckpoint } from './checkpoint.ts';
import { EVALUATION_BATCH, evaluateRows } from './evaluate-rows.ts';
import { openEvaluator } from './evaluator.ts';
import { fingerprintOf } from './fingerprint.ts';
import { planLayers } from './layers.ts';
import { parametersOf, withParameters } from './parameters.ts';
import { estimateMemory, releaseGarbage } from './process/memory.ts';
import type { FineTuneJob, FineTuneOutcome } from './process/protocol.ts';
import { createReporter } from './process/reporter.ts';
import { contentHash, variantsOf } from './rows/pictures.ts';
import { makeRows, openFrozen } from './rows/rows.ts';
import { stepFeeds } from './step-feeds.ts';
import { type FineTunePort, Trainer } from './trainer.ts';

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
