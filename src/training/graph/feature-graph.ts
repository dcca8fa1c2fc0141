/**
 * Graphs that end in a picture's features, and in what is decided on them.
 *
 * @module
 */
import { OnnxSink } from '../../convert/onnx/onnx-sink.ts';
import { ELEMENT, type OnnxModel } from '../../models/onnx/types.ts';
import type { FeatureTap } from '../fine-tune/types.ts';
import { pruneTo } from './prune-to.ts';

/** Name of the tensor of features, `[N, size]`. */
export const FEATURES = 'features';

/** A graph in the making on top of a backbone. */
export interface GrowingGraph {
  readonly sink: OnnxSink;
  /** Opset of the standard operators. */
  readonly opset: number;
  /** The finished model with the named outputs. */
  readonly finish: (outputs: readonly { readonly name: string; readonly type: number }[]) => OnnxModel;
}

/**
 * The backbone up to its taps, pooled and joined: a graph whose tensor {@link FEATURES} has one row per picture.
 *
 * @param ranks rank of each tap's tensor, 4 (`[N, C, H, W]`) or 2 (`[N, C]`)
 */
export function growFeatures(
  backbone: OnnxModel,
  taps: readonly FeatureTap[],
  ranks: readonly number[],
): GrowingGraph {
  const model = pruneTo(backbone, [...new Set(taps.map(({ tensor }) => tensor))]);
  const { graph } = model;
  const sink = new OnnxSink();
  for (const node of graph.nodes) for (const name of node.outputs) sink.unique(name);
  for (const { name } of [...graph.initializers, ...graph.inputs]) sink.unique(name);
  const [only] = taps;
  // A trained model is a backbone too: it computes its features as it always did, and they have the same name.
  if (only?.tensor === FEATURES) return growing(model, sink);
  const pooled = taps.map(({ tensor, pooling }, index) => {
    if (ranks[index] === 2) return tensor;
    const operator = pooling === 'mean' ? 'GlobalAveragePool' : 'GlobalMaxPool';
    return sink.node('Flatten', [sink.node(operator, [tensor])], { axis: 1 });
  });
  const [first = ''] = pooled;
  // An Identity for one tap costs nothing, and the tensor has the same name in every model.
  if (pooled.length > 1) sink.node('Concat', pooled, { axis: 1 }, FEATURES);
  else sink.node('Identity', [first], {}, FEATURES);
  return growing(model, sink);
}

function growing(model: OnnxModel, sink: OnnxSink): GrowingGraph {
  const { graph } = model;
  return {
    sink,
    opset: model.opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1,
    finish: (outputs) => ({
      ...model,
      producerName: 'pictor',
      producerVersion: '',
      graph: {
        ...graph,
        nodes: [...graph.nodes, ...sink.nodes],
        initializers: [...graph.initializers, ...sink.initializers],
        outputs: outputs.map(({ name, type }) => ({ name, elementType: type })),
      },
    }),
  };
}

/** The extractor: pictures in, {@link FEATURES} out. */
export function featureGraph(
  backbone: OnnxModel,
  taps: readonly FeatureTap[],
  ranks: readonly number[],
): OnnxModel {
  return growFeatures(backbone, taps, ranks).finish([{ name: FEATURES, type: ELEMENT.float32 }]);
}
