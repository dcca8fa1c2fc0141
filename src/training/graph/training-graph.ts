import { PictorError } from '../../errors.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { ELEMENT, type OnnxModel, type OnnxNode } from '../../models/onnx/types.ts';
import type { FeatureTap } from '../fine-tune/types.ts';
import { Tape } from '../gradients/tape.ts';
import { canonical } from './canonical.ts';
import type { FloatBackbone } from './float-backbone.ts';
import { headNodes, STEP } from './head-nodes.ts';
import { nodesFor } from './prune.ts';

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
  const head = headNodes(taps, known);
  const full = new Map([...known, ...headShapes(head, taps, classes, known)]);
  const body = canonical([...tail, ...head], constants, full, opset);
  const shapes = new Map(full);
  for (const [name, { dims }] of body.constants) shapes.set(name, dims);
  // Sums of more than two were taken apart: every part has the shape of the whole.
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
    nodes: body.nodes,
    constants: body.constants,
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
  const frozen = [...body.constants.values()].filter(({ name }) => !by.has(name));
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

/** Lengths of what the head reads and makes. */
function headShapes(
  head: readonly OnnxNode[],
  taps: readonly FeatureTap[],
  classes: number,
  known: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const pictures = known.get(taps[0]?.tensor ?? '')?.[0] ?? 1;
  for (const { opType, inputs, outputs } of head) {
    const [, channels = 1, ...space] = known.get(inputs[0] ?? '') ?? shapes.get(inputs[0] ?? '') ?? [];
    const pooled = opType.startsWith('Global');
    shapes.set(outputs[0] ?? '', [pictures, channels, ...(pooled ? space.map(() => 1) : [])]);
  }
  const features = taps.reduce((sum, { tensor }) => sum + (known.get(tensor)?.[1] ?? 0), 0);
  shapes.set(STEP.pooled, [pictures, features]);
  shapes.set(STEP.headWeights, [classes, features]);
  shapes.set(STEP.headBias, [classes]);
  shapes.set(STEP.logits, [pictures, classes]);
  return shapes;
}

function renamed(nodes: readonly OnnxNode[], names: ReadonlyMap<string, string>): OnnxNode[] {
  const to = (name: string) => names.get(name) ?? name;
  return nodes.map((node) => ({ ...node, inputs: node.inputs.map(to), outputs: node.outputs.map(to) }));
}
