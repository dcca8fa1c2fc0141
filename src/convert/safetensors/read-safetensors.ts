/**
 * Reads safetensors files: a JSON header, and values without gaps.
 *
 * @see https://github.com/huggingface/safetensors#format
 * @module
 */
import { PictorError } from '../../errors.ts';
import type { ElementType, TorchTensor } from '../pytorch/tensor.ts';
import { WIDTH } from '../pytorch/tensor.ts';
import type { ByteSource } from '../source/byte-source.ts';
import { isRecord } from '../tfjs/is-record.ts';

/** The format allows 100 MB; a hundred thousand tensors take a sixth of this. */
const MAX_HEADER = 64 * 1024 * 1024;
const MAX_TENSORS = 100_000;

const TYPES: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

/**
 * Tensors by name, in the order of the header.
 *
 * @throws CONVERT_INPUT_INVALID when the header is damaged, or values overlap, leave gaps or end outside of the file
 */
export function readSafetensors(source: ByteSource): ReadonlyMap<string, TorchTensor> {
  const head = source.read(0, 8);
  const length = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
  if (!(length >= 2 && length <= MAX_HEADER)) throw damagedSafetensors(`a header of ${length} bytes`);
  const header = parse(source.read(8, length));
  const start = 8 + length;
  const tensors = new Map<string, TorchTensor>();
  const ranges: [from: number, to: number][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (tensors.size >= MAX_TENSORS) throw damagedSafetensors(`more than ${MAX_TENSORS} tensors`);
    const { tensor, range } = readEntry(source, start, name, entry);
    tensors.set(name, tensor);
    ranges.push(range);
  }
  let end = 0;
  for (const [from, to] of ranges.sort(([a, b], [c, d]) => a - c || b - d)) {
    if (from !== end) throw damagedSafetensors('values that overlap or leave gaps');
    end = to;
  }
  if (start + end !== source.size) throw damagedSafetensors(`${source.size} bytes instead of ${start + end}`);
  return tensors;
}

function readEntry(source: ByteSource, start: number, name: string, entry: unknown) {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const type = typeof dtype === 'string' && Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
  if (type === undefined) throw damagedSafetensors(`${name} of type ${String(dtype).slice(0, 20)}`);
  const dims = numbers(shape);
  const [from = -1, to = -1] = numbers(offsets);
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (dims.length > 16 || !Number.isSafeInteger(count) || from < 0 || to - from !== count * WIDTH[type]) {
    throw damagedSafetensors(`${name} of shape [${dims.join(', ')}] in ${to - from} bytes`);
  }
  if (start + to > source.size) throw damagedSafetensors(`${name}, which ends outside of the file`);
  const strides = dims.map((_, i) => dims.slice(i + 1).reduce((product, dim) => product * dim, 1));
  const storage = { type, count, source, at: start + from };
  const tensor: TorchTensor = { shape: dims, strides, offset: 0, storage };
  return { tensor, range: [from, to] as [number, number] };
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(value)) return value;
  } catch (error) {
    throw damagedSafetensors('a header that is not JSON', error);
  }
  throw damagedSafetensors('a header that is not an object');
}

function numbers(value: unknown): number[] {
  if (!Array.isArray(value)) return [-1];
  return value.map((each) => (Number.isSafeInteger(each) && each >= 0 ? Number(each) : Number.NaN));
}

function damagedSafetensors(received: string, cause?: unknown): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'a sound safetensors file',
    received,
    fix: 'Save or download the weights again',
    ...(cause === undefined ? {} : { cause }),
  });
}
