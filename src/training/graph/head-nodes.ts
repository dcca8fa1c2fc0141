import { OnnxSink } from '../../convert/onnx/onnx-sink.ts';
import type { OnnxNode } from '../../models/onnx/types.ts';
import type { FeatureTap } from '../fine-tune/types.ts';

/** Names in the graphs of training. */
export const STEP = {
  /** `[N, …]`: what the frozen layers made of the pictures. */
  features: 'pictor_step_features',
  /** `[N, classes]`: wanted probabilities, each row adding up to 1. */
  targets: 'pictor_step_targets',
  /** `[N, 1]`: weight of each picture in the loss; 0 for a row that only fills the batch. */
  weights: 'pictor_step_weights',
  headWeights: 'pictor_head_weights',
  headBias: 'pictor_head_bias',
  /** `[N, size]`: what the head reads. */
  pooled: 'pictor_head_features',
  loss: 'pictor_step_loss',
  logits: 'pictor_step_logits',
} as const;

/**
 * Pooling and the linear layer, in operators that mean the same in every opset:
 * `logits = features · weightsᵀ + bias`.
 *
 * @param shapes lengths of every tensor of the graph
 */
export function headNodes(
  taps: readonly FeatureTap[],
  shapes: ReadonlyMap<string, readonly number[]>,
): readonly OnnxNode[] {
  const sink = new OnnxSink();
  for (const name of shapes.keys()) sink.unique(name);
  const parts = taps.map(({ tensor, pooling }) => {
    if (shapes.get(tensor)?.length === 2) return tensor;
    const operator = pooling === 'mean' ? 'GlobalAveragePool' : 'GlobalMaxPool';
    const pooled = sink.node(operator, [tensor], {}, 'pictor_pooled');
    return sink.node('Flatten', [pooled], { axis: 1 }, 'pictor_flat');
  });
  sink.nodeOf('Concat', parts, { axis: 1 }, [STEP.pooled]);
  sink.nodeOf('Gemm', [STEP.pooled, STEP.headWeights, STEP.headBias], { transB: 1 }, [STEP.logits]);
  return sink.nodes.map((node) => ({ ...node, name: `pictor_${node.name}` }));
}
