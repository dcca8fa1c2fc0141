import { PictorError } from '../../errors.ts';
import { ELEMENT, type OnnxTensor } from '../../models/onnx/types.ts';

/** 8-bit weights with one scale for each index of `axis`. */
export interface QuantizedWeights {
  readonly tensor: OnnxTensor;
  readonly scales: Float32Array;
}

/** The values of a float32 constant. */
export function floatsOf(tensor: OnnxTensor): Float32Array {
  if (tensor.floatData?.length) return tensor.floatData;
  if (tensor.dataType !== ELEMENT.float32 || !tensor.rawData) {
    throw new PictorError('MODEL_FILE_INVALID', {
      expected: 'float32 weights in the file',
      received: tensor.name,
    });
  }
  return new Float32Array(tensor.rawData.slice().buffer);
}

/**
 * Symmetric quantisation with one scale for each channel.
 *
 * @param axis output channel of the weights
 * @param limit largest step: 127, or 63 for processors whose 8-bit products overflow when they are added in pairs
 * @see Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference", 2018
 */
export function quantizeWeights(tensor: OnnxTensor, axis: number, limit: number): QuantizedWeights {
  const values = floatsOf(tensor);
  const channels = tensor.dims[axis] ?? 1;
  const inner = tensor.dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const largest = new Float32Array(channels);
  const channelOf = (i: number) => Math.floor(i / inner) % channels;
  for (const [i, value] of values.entries()) {
    const channel = channelOf(i);
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(value));
  }
  // A channel of zeros still needs a scale; its size does not matter.
  const scales = largest.map((value) => (value > 0 ? value / limit : 1));
  const steps = new Int8Array(values.length);
  for (const [i, value] of values.entries()) steps[i] = Math.round(value / (scales[channelOf(i)] ?? 1));
  return {
    tensor: {
      name: `${tensor.name}_int8`,
      dims: tensor.dims,
      dataType: ELEMENT.int8,
      rawData: new Uint8Array(steps.buffer),
    },
    scales,
  };
}

/** A bias in the unit of the products it is added to. */
export function quantizeBias(bias: OnnxTensor, scales: Float32Array): OnnxTensor {
  const values = floatsOf(bias);
  const limit = 2 ** 31 - 1;
  const steps = Int32Array.from(values, (value, i) =>
    Math.max(-limit, Math.min(limit, Math.round(value / (scales[i] ?? 1)))),
  );
  return {
    name: `${bias.name}_int32`,
    dims: bias.dims,
    dataType: ELEMENT.int32,
    rawData: new Uint8Array(steps.buffer),
  };
}
