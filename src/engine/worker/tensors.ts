import { itemShape } from '../../image/input-shape.ts';
import type { InputSpec } from '../../image/input-spec.ts';
import type { PictureInfo } from '../../image/types.ts';
import type { Tensor, TensorData, TensorInfo, TensorMap, TensorType } from '../types.ts';

const ARRAYS = {
  float32: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
} as const;

/** A tensor of zeros. */
function zeros(type: TensorType, dims: readonly number[]): Tensor {
  return { type, dims, data: new ARRAYS[type](elements(dims)) };
}

function elements(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Several items of the same shape, one after the other, as one tensor with a batch dimension. */
export function stack(items: readonly { data: TensorData; dims: readonly number[] }[]): Tensor {
  const [first] = items;
  if (first === undefined) throw new RangeError('a batch has at least one item');
  const type = typeOf(first.data);
  const dims = [items.length, ...first.dims];
  if (items.length === 1) return { type, dims, data: first.data };
  const batch = zeros(type, dims);
  const { data } = batch;
  items.forEach((item, i) => {
    const at = i * item.data.length;
    if (data instanceof BigInt64Array) {
      if (item.data instanceof BigInt64Array) data.set(item.data, at);
    } else if (!(item.data instanceof BigInt64Array)) data.set(item.data, at);
  });
  return batch;
}

/**
 * What a graph wants besides the picture: a second float input of two values is the size of the original picture,
 * height first (YOLOv3 as exported by Keras scales its boxes inside the graph).
 */
export function sideInputs(inputs: readonly TensorInfo[], pictureInput: string, info: Size): TensorMap {
  const feeds: Record<string, Tensor> = {};
  for (const input of inputs) {
    if (input.name === pictureInput || input.type !== 'float32' || input.dims.at(-1) !== 2) continue;
    feeds[input.name] = {
      type: 'float32',
      dims: input.dims.map((dim) => (dim === -1 ? 1 : dim)),
      data: Float32Array.of(info.height, info.width),
    };
  }
  return feeds;
}

type Size = Pick<PictureInfo, 'width' | 'height'>;

/** Shape of one prepared picture, without the batch dimension. */
export function itemDims(spec: InputSpec): readonly number[] {
  return itemShape(spec, spec.height, spec.width);
}

function typeOf(data: TensorData): TensorType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

/** The same values in memory of their own. */
export function cloneTensors(tensors: TensorMap): TensorMap {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
  );
}

export function tensorBytes(tensors: TensorMap): number {
  return Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
}
