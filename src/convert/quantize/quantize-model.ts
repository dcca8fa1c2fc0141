import type { TensorMap } from '../../engine/types.ts';
import { PictorError, toPictorError } from '../../errors.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { type CalibrationMethod, calibrate } from './calibrate.ts';
import { simplify } from './optimize.ts';
import { planQuantization } from './plan.ts';
import { overflowsInPairs } from './processor.ts';
import { rewrite } from './rewrite.ts';

export interface QuantizeOptions {
  /** How ranges are chosen (default `min-max`). */
  readonly method?: CalibrationMethod;
  /** 7-bit weights (default: only where this machine's 8-bit products could overflow). */
  readonly reduceRange?: boolean;
  /** Names of nodes that stay float32 (default none). */
  readonly keepFloat?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface QuantizedModel {
  readonly model: Uint8Array;
  /** Nodes that run on 8-bit values, and nodes in the simplified graph. */
  readonly quantizedNodes: number;
  readonly totalNodes: number;
  /** Names that `keepFloat` may contain: the quantised nodes with weights. */
  readonly weightedNodes: readonly string[];
  readonly reduceRange: boolean;
  readonly method: CalibrationMethod;
}

const OLDEST_OPSET = 13;

/**
 * Makes an 8-bit model of a float32 model: static quantisation in QDQ form, weights symmetric with one scale a channel,
 * activations asymmetric uint8.
 *
 * @param bytes an ONNX model with float32 weights, opset 13 or later
 * @param samples inputs of the model, one picture each; some tens of typical ones are enough
 * @throws FEATURE_UNSUPPORTED when there is nothing to quantise, or the opset is older
 * @throws DATASET_INVALID without samples; MODEL_FILE_INVALID, INFERENCE_FAILED, ABORTED
 * @see Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018
 * @example
 * const { model } = await quantizeModel(await readFile('squeezenet.onnx'), samples);
 */
export async function quantizeModel(
  bytes: Uint8Array,
  samples: readonly TensorMap[],
  options: QuantizeOptions = {},
): Promise<QuantizedModel> {
  const { method = 'min-max', signal } = options;
  const reduceRange = options.reduceRange ?? (await overflowsInPairs());
  const float = await simplify(bytes);
  const opset = float.opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0;
  if (opset < OLDEST_OPSET) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: `an ONNX model of opset ${OLDEST_OPSET} or later`,
      received: `opset ${opset}`,
      fix: 'Export the model again with a newer opset',
    });
  }
  const plan = planQuantization(float.graph, new Set(options.keepFloat));
  const weightedNodes = [...plan.nodes].flatMap(({ opType, name }) =>
    opType === 'Conv' || opType === 'Gemm' || opType === 'MatMul' ? [name] : [],
  );
  if (weightedNodes.length === 0) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'float32 convolutions or matrix products',
      received: 'a model without any',
      fix: 'Use the model as it is',
    });
  }
  try {
    const watched = [...new Set(plan.tensors.values())];
    const ranges = await calibrate(float, watched, samples, { method, ...(signal && { signal }) });
    const model = encodeModel(rewrite(float, plan, ranges, reduceRange ? 63 : 127));
    const totalNodes = float.graph.nodes.length;
    return { model, quantizedNodes: plan.nodes.size, totalNodes, weightedNodes, reduceRange, method };
  } catch (error) {
    throw toPictorError(error, 'INFERENCE_FAILED');
  }
}
