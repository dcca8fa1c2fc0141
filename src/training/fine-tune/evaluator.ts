import { loadNativeBackend } from '../../engine/backends/native.ts';
import type { BackendSession } from '../../engine/backends/types.ts';
import type { Tensor } from '../../engine/types.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { ELEMENT, type OnnxModel } from '../../models/onnx/types.ts';
import { floatTensor } from '../../models/onnx/values.ts';
import type { FloatBackbone } from '../graph/float-backbone.ts';
import { headNodes, STEP } from '../graph/head-nodes.ts';
import { nodesFor } from '../graph/prune.ts';
import { type Parameters, withParameters } from './parameters.ts';
import type { FeatureTap } from './types.ts';

/** The trained layers with constant weights, as they will be served. */
export interface Evaluator {
  /** Runs rows of the frozen layers' output: `features` `[N, size]` and `logits` `[N, classes]`. */
  run(
    rows: Float32Array,
    count: number,
  ): Promise<{ readonly features: Float32Array; readonly logits: Float32Array }>;
  close(): Promise<void>;
}

/** @param shapes lengths of every tensor for one picture */
export async function openEvaluator(
  backbone: FloatBackbone,
  taps: readonly FeatureTap[],
  after: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  parameters: Parameters,
  threads: number,
): Promise<Evaluator> {
  const [, ...item] = shapes.get(after) ?? [];
  const bytes = encodeModel(evaluationModel(backbone, taps, after, shapes, parameters));
  const session: BackendSession = await (await loadNativeBackend()).load(bytes, { intraOpThreads: threads });
  return {
    async run(rows, count) {
      const input: Tensor = { type: 'float32', dims: [count, ...item], data: rows };
      const found = await session.run({ [after]: input });
      return { features: floatsOf(found[STEP.pooled]), logits: floatsOf(found[STEP.logits]) };
    },
    close: () => session.dispose(),
  };
}

function evaluationModel(
  { model }: FloatBackbone,
  taps: readonly FeatureTap[],
  after: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  parameters: Parameters,
): OnnxModel {
  const { graph } = model;
  const [, ...item] = shapes.get(after) ?? [];
  const tensors = taps.map(({ tensor }) => tensor);
  const tail = nodesFor(graph, tensors, new Set([after]));
  const head = headNodes(taps, shapes);
  const used = new Set(tail.flatMap(({ inputs }) => inputs));
  const constants = withParameters(
    graph.initializers.filter(({ name }) => used.has(name)),
    parameters,
  );
  const own = parameters.list
    .filter(({ name }) => name === STEP.headWeights || name === STEP.headBias)
    .map(({ name, dims, values }) => floatTensor(name, dims, values.slice()));
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...tail, ...head],
      initializers: [...constants, ...own],
      inputs: [{ name: after, elementType: ELEMENT.float32, dims: ['N', ...item] }],
      outputs: [STEP.pooled, STEP.logits].map((name) => ({ name, elementType: ELEMENT.float32 })),
      valueInfos: [],
    },
  };
}

function floatsOf(tensor: Tensor | undefined): Float32Array {
  return tensor?.data instanceof Float32Array ? tensor.data : new Float32Array();
}
