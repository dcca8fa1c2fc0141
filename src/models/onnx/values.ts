import { PictorError } from '../../errors.ts';
import { ELEMENT, type OnnxTensor } from './types.ts';

/** Values of a float32 constant: a copy, or the tensor's own list. @throws MODEL_FILE_INVALID for anything else */
export function floatValues(tensor: OnnxTensor): Float32Array {
  if (tensor.dataType === ELEMENT.float32) {
    if (tensor.floatData?.length) return tensor.floatData;
    if (tensor.rawData) return new Float32Array(tensor.rawData.slice().buffer);
    if (elements(tensor.dims) === 0) return new Float32Array(0);
  }
  throw invalid(tensor, 'float32 values in the file');
}

/** Values of an integer constant of any width. @throws MODEL_FILE_INVALID for anything else */
export function integerValues(tensor: OnnxTensor): number[] {
  const raw = tensor.rawData?.slice().buffer;
  switch (tensor.dataType) {
    case ELEMENT.int64:
      return Array.from(raw ? new BigInt64Array(raw) : (tensor.int64Data ?? []), Number);
    case ELEMENT.int32:
      return Array.from(raw ? new Int32Array(raw) : (tensor.int32Data ?? []));
    case ELEMENT.int8:
      return Array.from(raw ? new Int8Array(raw) : (tensor.int32Data ?? []));
    case ELEMENT.uint8:
      return Array.from(raw ? new Uint8Array(raw) : (tensor.int32Data ?? []));
    case ELEMENT.int16:
      return Array.from(raw ? new Int16Array(raw) : (tensor.int32Data ?? []));
    case ELEMENT.uint16:
      return Array.from(raw ? new Uint16Array(raw) : (tensor.int32Data ?? []));
  }
  throw invalid(tensor, 'integers');
}

/** Product of lengths. */
export function elements(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** A float32 constant. */
export function floatTensor(name: string, dims: readonly number[], values: Float32Array): OnnxTensor {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims, dataType: ELEMENT.float32, rawData };
}

/** An int64 constant of one dimension. */
export function intTensor(name: string, values: readonly number[]): OnnxTensor {
  const data = BigInt64Array.from(values, BigInt);
  return { name, dims: [values.length], dataType: ELEMENT.int64, rawData: new Uint8Array(data.buffer) };
}

function invalid(tensor: OnnxTensor, expected: string): PictorError {
  return new PictorError('MODEL_FILE_INVALID', {
    expected: `${expected} in the constant ${tensor.name}`,
    received: `element type ${tensor.dataType}`,
  });
}
