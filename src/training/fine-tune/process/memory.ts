import type { BackendSession } from '../../../engine/backends/types.ts';
import { PictorError } from '../../../errors.ts';
import { elements } from '../../../models/onnx/values.ts';
import { nodesFor } from '../../graph/prune.ts';
import type { Evaluator } from '../evaluator.ts';
import type { LayerPlan } from '../layers.ts';
import type { Parameters } from '../parameters.ts';
import { FROZEN_BATCH } from '../rows/rows.ts';
import type { StepFeeds } from '../step-feeds.ts';

export interface MemoryQuestion {
  /** Bytes that there are. */
  readonly limit: number;
  readonly layers: LayerPlan;
  readonly batchSize: number;
  readonly frozen: BackendSession | undefined;
  readonly session: BackendSession;
  readonly feeds: StepFeeds;
  readonly parameters: Parameters;
  readonly evaluate: () => Promise<Evaluator>;
  readonly evaluationBatch: number;
}

export interface MemoryEstimate {
  /** Peak of this process. */
  readonly bytes: number;
  /** Time of one training step. */
  readonly stepMs: number;
}

/** Gradients live alongside the activations, and the runtime keeps what it once had. */
const FORWARD_TO_STEP = 2.5;
/** What decoding takes, and what is noise. */
const ALLOWANCE = 40e6;

/**
 * Says how much memory the training will take, by doing each of its parts once on nothing. Before that, a rough count
 * of activations keeps a training from beginning that cannot fit.
 *
 * @throws TRAINING_TOO_LARGE
 */
export async function estimateMemory(question: MemoryQuestion): Promise<MemoryEstimate> {
  const { limit, layers, batchSize, parameters, frozen, session, feeds, evaluationBatch } = question;
  const rough =
    process.memoryUsage.rss() +
    FORWARD_TO_STEP * activationBytes(layers, batchSize) +
    2 * parameters.all.byteLength;
  refuse(rough, limit, batchSize);
  const { backbone } = layers;
  const dims = [FROZEN_BATCH, ...backbone.dims];
  await frozen?.run({
    [backbone.input]: { type: 'float32', dims, data: new Float32Array(elements(dims)) },
  });
  await session.run(feeds.tensors);
  const started = performance.now();
  await session.run(feeds.tensors);
  const stepMs = performance.now() - started;
  const evaluator = await question.evaluate();
  await evaluator.run(
    new Float32Array((feeds.features.length / batchSize) * evaluationBatch),
    evaluationBatch,
  );
  await evaluator.close();
  releaseGarbage();
  const bytes = process.resourceUsage().maxRSS * 1024 + ALLOWANCE;
  refuse(bytes, limit, batchSize);
  return { bytes, stepMs };
}

/** Outputs of all trained layers. */
function activationBytes({ backbone, cut, shapes }: LayerPlan, pictures: number): number {
  const lengths = shapes(pictures);
  const { graph } = backbone.model;
  const outputs = graph.outputs.map(({ name }) => name);
  return nodesFor(graph, outputs, new Set([cut.tensor]))
    .flatMap((node) => node.outputs)
    .reduce((sum, name) => sum + 4 * elements(lengths.get(name) ?? [0]), 0);
}

function refuse(bytes: number, limit: number, batchSize: number): void {
  if (bytes <= limit) return;
  throw new PictorError('TRAINING_TOO_LARGE', {
    expected: `a training that takes at most ${megabytes(limit)}`,
    received: `one that takes about ${megabytes(bytes)} with ${batchSize} pictures a step`,
    fix: batchSize > 1 ? 'Train with a smaller batch size, or fewer layers' : 'Train fewer layers',
  });
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Frees what the last step left: V8 does not see how much lies outside its heap. */
export function releaseGarbage(): void {
  (globalThis as { gc?: (options: { type: 'minor' | 'major' }) => void }).gc?.({ type: 'minor' });
}
