import type { Dataset } from '../hdf5/dataset.ts';
import type { Constant, Encoding, ValueType } from '../onnx/value.ts';
import { damagedKeras } from './problem.ts';

/** A tensor of the file as a constant. Its bytes are read each time they are asked for, so that no model is held twice. */
export class StoredTensor implements Constant {
  readonly kind = 'constant';
  readonly label: string;
  readonly shape: readonly number[];
  readonly type: ValueType;
  readonly encoding: Encoding;
  readonly #dataset: Dataset;

  constructor(label: string, dataset: Dataset) {
    const { type } = dataset;
    if (type.kind !== 'float' && type.kind !== 'integer') {
      throw damagedKeras(`the weight ${label} with values that are not numbers`);
    }
    this.label = label;
    this.shape = dataset.shape;
    this.type = type.kind === 'integer' ? 'int32' : 'float32';
    this.encoding = { kind: type.kind === 'float' && type.size === 2 ? 'float16' : 'plain' };
    this.#dataset = dataset;
  }

  get data(): Uint8Array {
    const { type } = this.#dataset;
    const bytes = this.#dataset.read();
    if (type.kind === 'float') return type.size === 8 ? narrowed(bytes) : bytes;
    if (type.kind === 'integer') return type.size === 4 ? bytes : wholeNumbers(bytes, type.size);
    return bytes;
  }
}

/** float64 as float32. */
function narrowed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Float32Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getFloat64(i * 8, true));
  return new Uint8Array(values.buffer);
}

function wholeNumbers(bytes: Uint8Array, size: 1 | 2 | 8): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Int32Array.from({ length: bytes.byteLength / size }, (_, i) => {
    if (size === 8) return Number(view.getBigInt64(i * 8, true));
    return size === 2 ? view.getInt16(i * 2, true) : view.getInt8(i);
  });
  return new Uint8Array(values.buffer);
}
