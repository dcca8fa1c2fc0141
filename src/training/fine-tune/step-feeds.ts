import type { Tensor } from '../../engine/types.ts';
import { elements } from '../../models/onnx/values.ts';
import { STEP } from '../graph/head-nodes.ts';
import type { LayerPlan } from './layers.ts';
import type { Parameters } from './parameters.ts';

/** Inputs of a step, and the arrays behind them. */
export interface StepFeeds {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly features: Float32Array;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

/** Arrays for one step, to be filled again for each. */
export function stepFeeds(
  { cut, shapes }: LayerPlan,
  batchSize: number,
  classes: number,
  { feeds }: Parameters,
): StepFeeds {
  const dims = shapes(batchSize).get(cut.tensor) ?? [];
  const features = new Float32Array(elements(dims));
  const targets = new Float32Array(batchSize * classes).fill(1 / classes);
  const weights = new Float32Array(batchSize);
  return {
    features,
    targets,
    weights,
    tensors: {
      ...feeds,
      [STEP.features]: { type: 'float32', dims, data: features },
      [STEP.targets]: { type: 'float32', dims: [batchSize, classes], data: targets },
      [STEP.weights]: { type: 'float32', dims: [batchSize, 1], data: weights },
    },
  };
}
