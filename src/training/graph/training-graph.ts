import { OnnxSink } from '../../convert/onnx/onnx-sink.ts';
import { PictorError } from '../../errors.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { ELEMENT, type OnnxModel, type OnnxNode, type OnnxTensor } from '../../models/onnx/types.ts';
import type { FeatureTap } from '../fine-tune/types.ts';
import { Tape } from '../gradients/tape.ts';
import { canonical } from './canonical.ts';
import type { FloatBackbone } from './float-backbone.ts';
import { nodesFor } from './prune.ts';

/** Names of the graph's inputs and outputs. */
export const STEP = {
  /** `[N, …]`: what the frozen layers made of the pictures. */
  features: 'pictor_step_features',
  /** `[N, classes]`: wanted probabilities, each row adding up to 1. */
  targets: 'pictor_step_targets',
  /** `[N, 1]`: weight of each picture in the loss; 0 for a row that only fills the batch. */
  weights: 'pictor_step_weights',
  headWeights: 'pictor_head_weights',
  headBias: 'pictor_head_bias',
  loss: 'pictor_step_loss',
  logits: 'pictor_step_logits',
} as const;

/** One training step as a graph: features, targets and weights in; loss and gradients out. */
export interface TrainingGraph {
  readonly model: Uint8Array;
  /** Weights in the order of training: backbone first, head last; by name, with their lengths. */
  readonly parameters: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /** Graph output of each parameter's gradient. */
  readonly gradients: ReadonlyMap<string, string>;
}

export interface TrainingGraphOptions {
  readonly backbone: FloatBackbone;
  readonly taps: readonly FeatureTap[];
  readonly classes: number;
  /** Tensor that the trained layers begin behind. */
  readonly after: string;
  /** Constants of the backbone that are trained. */
  readonly trained: ReadonlySet<string>;
  /** Lengths of every tensor for the number of pictures of a step. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/**
 * Writes the graph of a training step.
 *
 * @throws FEATURE_UNSUPPORTED naming the operators without a gradient
 */
export function trainingGraph({
  backbone,
  taps,
  classes,
  after,
  trained,
  shapes: known,
}: TrainingGraphOptions): TrainingGraph {
  const { graph, opsets } = backbone.model;
  const opset = opsets.find(({ domain }) => domain === '')?.version ?? 18;
  const tail = nodesFor(
    graph,
    taps.map(({ tensor }) => tensor),
    new Set([after]),
  );
  const used = new Set(tail.flatMap(({ inputs }) => inputs));
  const constants = new Map(
    graph.initializers.filter(({ name }) => used.has(name)).map((tensor) => [tensor.name, tensor]),
  );
  const body = canonical(tail, constants, known, opset);
  const shapes = new Map<string, readonly number[]>();
  for (const [name, { dims }] of body.constants) shapes.set(name, dims);
  for (const { inputs, outputs } of body.nodes) {
    for (const name of [...inputs, ...outputs]) {
      const dims = known.get(name) ?? shapes.get(name.replace(/_part\d+$/, ''));
      if (dims) shapes.set(name, dims);
    }
  }
  const head = headNodes(taps, classes, known);
  for (const [name, dims] of head.shapes) shapes.set(name, dims);
  // Sums that were taken apart have the shape of the whole.
  for (const { inputs, outputs } of body.nodes) {
    const [output = ''] = outputs;
    if (!shapes.has(output)) shapes.set(output, shapes.get(inputs[0] ?? '') ?? []);
  }
  const parameters = [
    ...graph.initializers.filter(({ name }) => trained.has(name) && used.has(name)),
    { name: STEP.headWeights, dims: shapes.get(STEP.headWeights) ?? [] },
    { name: STEP.headBias, dims: shapes.get(STEP.headBias) ?? [] },
  ].map(({ name, dims }) => ({ name, dims }));
  const by = new Set(parameters.map(({ name }) => name));
  const tape = new Tape({
    nodes: [...body.nodes, ...head.nodes],
    constants: new Map([...body.constants, ...head.constants]),
    shapes,
    by,
  });
  for (const name of Object.values(STEP)) tape.sink.unique(name);
  const { sink } = tape;
  // Cross-entropy: its gradient by the logits is softmax less the targets.
  const logProbabilities = sink.node('LogSoftmax', [STEP.logits], { axis: 1 });
  const products = sink.node('Mul', [sink.node('Mul', [logProbabilities, STEP.targets]), STEP.weights]);
  const total = sink.node('ReduceSum', [products], { keepdims: 0 });
  const loss = sink.node('Neg', [total]);
  const errors = sink.node('Sub', [sink.node('Exp', [logProbabilities]), STEP.targets]);
  const gradients = tape.backward(new Map([[STEP.logits, sink.node('Mul', [errors, STEP.weights])]]));
  const missing = parameters.filter(({ name }) => !gradients.has(name));
  if (missing.length > 0) {
    throw new PictorError('INTERNAL', {
      expected: 'a gradient for each trained constant',
      received: `none for ${missing.map(({ name }) => name).join(', ')}`,
    });
  }
  const pictures = known.get(after)?.[0] ?? 1;
  const info = (name: string, dims: readonly number[]) => ({ name, elementType: ELEMENT.float32, dims });
  const frozen = [...body.constants.values(), ...head.constants.values()].filter(({ name }) => !by.has(name));
  const model: OnnxModel = {
    irVersion: 8,
    opsets: [{ domain: '', version: 18 }],
    producerName: 'pictor',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
    metadata: [],
    graph: {
      name: 'training step',
      nodes: renamed(
        [...tape.nodes()],
        new Map([
          [after, STEP.features],
          [loss, STEP.loss],
        ]),
      ),
      initializers: [...frozen, ...sink.initializers],
      inputs: [
        info(STEP.features, known.get(after) ?? []),
        info(STEP.targets, [pictures, classes]),
        info(STEP.weights, [pictures, 1]),
        ...parameters.map(({ name, dims }) => info(name, dims)),
      ],
      outputs: [
        info(STEP.loss, []),
        info(STEP.logits, [pictures, classes]),
        ...parameters.map(({ name, dims }) => info(gradients.get(name) ?? '', dims)),
      ],
      valueInfos: [],
    },
  };
  return { model: encodeModel(model), parameters, gradients };
}

/** Pooling and the linear layer: `logits = features · weightsᵀ + bias`. */
function headNodes(
  taps: readonly FeatureTap[],
  classes: number,
  known: ReadonlyMap<string, readonly number[]>,
): {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
} {
  const sink = new OnnxSink();
  for (const name of known.keys()) sink.unique(name);
  const shapes = new Map<string, readonly number[]>();
  let features = 0;
  const pictures = known.get(taps[0]?.tensor ?? '')?.[0] ?? 1;
  const parts = taps.map(({ tensor, pooling }) => {
    const [, channels = 1, ...space] = known.get(tensor) ?? [];
    features += channels;
    shapes.set(tensor, [pictures, channels, ...space]);
    if (space.length === 0) return tensor;
    const operator = pooling === 'mean' ? 'GlobalAveragePool' : 'GlobalMaxPool';
    const pooled = sink.node(operator, [tensor], {}, 'head_pooled');
    shapes.set(pooled, [pictures, channels, ...space.map(() => 1)]);
    const flat = sink.node('Reshape', [pooled, sink.ints([pictures, channels])], {}, 'head_flat');
    shapes.set(flat, [pictures, channels]);
    return flat;
  });
  const joined =
    parts.length === 1 ? (parts[0] ?? '') : sink.node('Concat', parts, { axis: 1 }, 'head_features');
  shapes.set(joined, [pictures, features]);
  sink.nodeOf('Gemm', [joined, STEP.headWeights, STEP.headBias], { transB: 1 }, [STEP.logits]);
  shapes.set(STEP.headWeights, [classes, features]);
  shapes.set(STEP.headBias, [classes]);
  shapes.set(STEP.logits, [pictures, classes]);
  const constants = new Map(sink.initializers.map((tensor) => [tensor.name, tensor]));
  for (const [name, { dims }] of constants) shapes.set(name, dims);
  return { nodes: sink.nodes, constants, shapes };
}

function renamed(nodes: readonly OnnxNode[], names: ReadonlyMap<string, string>): OnnxNode[] {
  const to = (name: string) => names.get(name) ?? name;
  return nodes.map((node) => ({ ...node, inputs: node.inputs.map(to), outputs: node.outputs.map(to) }));
}
