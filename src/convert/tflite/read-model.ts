import { PictorError } from '../../errors.ts';
import { damaged, FlatBuffer, type Table } from './flatbuffer.ts';
import { OP_NAMES } from './op-names.ts';

/** Element types of TensorFlow Lite that Pictor converts. */
export type TfliteType = 'float32' | 'float16' | 'int32' | 'uint8' | 'int64' | 'bool' | 'int8';

/** Types of the schema that no model of pictures needs: named when they come up. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  5: 'string',
  7: 'int16',
  8: 'complex64',
  10: 'float64',
  11: 'complex128',
  12: 'uint64',
  13: 'resource',
  14: 'variant',
  15: 'uint32',
  16: 'uint16',
  17: 'int4',
  18: 'bfloat16',
};

const TYPES: Readonly<Record<number, TfliteType>> = {
  0: 'float32',
  1: 'float16',
  2: 'int32',
  3: 'uint8',
  4: 'int64',
  6: 'bool',
  9: 'int8',
};

/** Bytes of one element. */
export const TYPE_BYTES: Readonly<Record<TfliteType, number>> = {
  float32: 4,
  float16: 2,
  int32: 4,
  uint8: 1,
  int64: 8,
  bool: 1,
  int8: 1,
};

/** `real = scale × (stored − zeroPoint)`; one pair for the tensor, or one for each index of `axis`. */
export interface Quantization {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  readonly axis: number;
}

export interface TfliteTensor {
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TfliteType;
  /** A type that cannot be converted, in place of `type`. */
  readonly otherType?: string;
  /** Values of a constant: a view on the file. */
  readonly data?: Uint8Array;
  readonly quantization?: Quantization;
}

export interface TfliteOperator {
  readonly index: number;
  readonly op: string;
  /** Tensor indices; −1 is an omitted input. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: Table;
  /** Options of a custom operation: a FlexBuffer. */
  readonly customOptions?: Uint8Array;
}

/** The first subgraph of a .tflite file. */
export interface TfliteModel {
  readonly description: string;
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The FlatBuffer named TFLITE_METADATA. */
  readonly metadata?: Uint8Array;
}

const MAX_ELEMENTS = 2 ** 31;
const MAX_RANK = 8;

/**
 * Reads the structure of a .tflite file. Constants stay views on the given bytes.
 *
 * @throws CONVERT_INPUT_INVALID when any offset, length, index or shape cannot be true
 */
export function readTflite(bytes: Uint8Array): TfliteModel {
  if (bytes.byteLength < 8 || new TextDecoder().decode(bytes.subarray(4, 8)) !== 'TFL3') {
    throw damaged('a file without the mark TFL3');
  }
  const model = new FlatBuffer(bytes).root();
  const codes = model.tables(1).map(operatorName);
  const buffers = model.tables(4).map((table) => bufferData(table, bytes));
  const subgraph = model.tables(2)[0];
  if (!subgraph) throw damaged('a file without a graph');
  const tensors = subgraph.tables(0).map((table, index) => readTensor(table, index, buffers));
  const first = subgraph.numbers(1, 'int32')?.[0];
  const input = first === undefined ? undefined : tensors[first];
  if (input && !isPictureShape(input.shape)) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a model of pictures: input [N, height, width, channels], with three channels or one',
      received: `input ${input.name} of shape [${input.shape.join(', ')}]`,
    });
  }
  const strange = tensors.find(({ otherType }) => otherType !== undefined);
  if (strange) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'tensors of float32, float16, int8, uint8, int32 or int64',
      received: `tensor ${strange.name} of ${strange.otherType}`,
      fix: 'Export the model with 8-bit or floating-point quantisation',
    });
  }
  const operators = subgraph
    .tables(3)
    .map((table, index) => readOperator(table, index, codes, tensors.length));
  const metadata = model
    .tables(6)
    .filter((table) => table.string(0) === 'TFLITE_METADATA')
    .map((table) => buffers[table.number(1, 'uint32')])[0];
  return {
    description: model.string(3) ?? '',
    tensors,
    operators,
    inputs: checkIndices(subgraph.numbers(1, 'int32') ?? [], tensors.length, 0),
    outputs: checkIndices(subgraph.numbers(2, 'int32') ?? [], tensors.length, 0),
    ...(metadata && { metadata }),
  };
}

/** Batch, height, width, channels. What is 0 or −1 is open. */
function isPictureShape(shape: readonly number[]): boolean {
  const channels = shape[3] ?? 0;
  return shape.length === 4 && (channels === 3 || channels === 1);
}

function operatorName(table: Table): string {
  // Files from before 2020 hold the number in the byte field, newer ones in both (capped at 127 in the byte).
  const code = Math.max(table.number(0, 'int8'), table.number(3, 'int32'));
  const custom = table.string(1);
  if (code === 32) return `custom ${custom ?? 'operation'}`;
  return OP_NAMES[code] ?? `builtin ${code}`;
}

function bufferData(table: Table, file: Uint8Array): Uint8Array | undefined {
  const inside = table.bytes(0);
  if (inside?.byteLength) return inside;
  // Models over 2 GB keep the values after the FlatBuffer; 0 and 1 mark "not used".
  const offset = table.number(1, 'int64');
  const size = table.number(2, 'int64');
  if (offset <= 1) return undefined;
  if (size < 0 || offset + size > file.byteLength) throw damaged('a buffer outside the file');
  return file.subarray(offset, offset + size);
}

function readTensor(table: Table, index: number, buffers: readonly (Uint8Array | undefined)[]): TfliteTensor {
  const name = table.string(3) ?? `tensor_${index}`;
  const shape = table.numbers(0, 'int32') ?? [];
  const elements = shape.reduce((product, dim) => product * dim, 1);
  if (shape.length > MAX_RANK || shape.some((dim) => dim < 0) || elements > MAX_ELEMENTS) {
    throw damaged(`tensor ${name} of shape [${shape.slice(0, MAX_RANK + 1).join(', ')}]`);
  }
  const type = TYPES[table.number(1, 'int8')];
  if (!type) {
    const otherType = OTHER_TYPES[table.number(1, 'int8')];
    if (otherType === undefined) throw damaged(`tensor ${name} of element type ${table.number(1, 'int8')}`);
    return { index, name, shape, type: 'uint8', otherType };
  }
  const bufferIndex = table.number(2, 'uint32');
  if (bufferIndex >= buffers.length && bufferIndex !== 0) throw damaged(`tensor ${name} without its buffer`);
  if (table.table(6)) throw damaged(`tensor ${name} with sparse values`);
  const data = buffers[bufferIndex];
  if (data && data.byteLength !== elements * TYPE_BYTES[type]) {
    throw damaged(`${data.byteLength} bytes of values for tensor ${name} (${type}, ${elements} elements)`);
  }
  const quantization = readQuantization(table.table(4), shape, name);
  return { index, name, shape, type, ...(data && { data }), ...(quantization && { quantization }) };
}

function readQuantization(
  table: Table | undefined,
  shape: readonly number[],
  name: string,
): Quantization | undefined {
  const scale = table?.numbers(2, 'float32');
  if (!table || !scale?.length) return undefined;
  const zeroPoint = table.numbers(3, 'int64') ?? [];
  const axis = table.number(6, 'int32');
  const zeros = zeroPoint.length ? zeroPoint : scale.map(() => 0);
  const fits = scale.length === 1 || shape[axis] === scale.length;
  const sane = scale.every((value) => Number.isFinite(value) && value > 0);
  const range = zeros.every((value) => Number.isInteger(value) && value >= -32768 && value <= 65535);
  if (!fits || !sane || !range || zeros.length !== scale.length) {
    throw damaged(`tensor ${name} with a quantization that does not fit it`);
  }
  return { scale, zeroPoint: zeros, axis };
}

function readOperator(
  table: Table,
  index: number,
  codes: readonly string[],
  tensorCount: number,
): TfliteOperator {
  const op = codes[table.number(0, 'uint32')];
  if (op === undefined) throw damaged(`operation ${index} without a code`);
  const options = table.table(4);
  const customOptions = table.bytes(5);
  return {
    index,
    op,
    inputs: checkIndices(table.numbers(1, 'int32') ?? [], tensorCount, -1),
    outputs: checkIndices(table.numbers(2, 'int32') ?? [], tensorCount, 0),
    ...(options && { options }),
    ...(customOptions && { customOptions }),
  };
}

function checkIndices(indices: readonly number[], count: number, lowest: number): readonly number[] {
  const wrong = indices.find((index) => index < lowest || index >= count);
  if (wrong !== undefined) throw damaged(`tensor number ${wrong} of ${count}`);
  return indices;
}
