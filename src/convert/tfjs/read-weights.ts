import { floatsOf } from '../onnx/constant.ts';
import type { Constant, Encoding } from '../onnx/value.ts';
import { damaged } from './damaged.ts';
import type { WeightGroup, WeightSpec } from './model-json.ts';

const WIDTH = { float32: 4, int32: 4, bool: 1, complex64: 8 } as const;

/**
 * The weights of a model by name, as views on the shards (a shard that stands alone is not copied).
 *
 * @param groups the manifest
 * @param shards content by path, as the manifest names them
 * @throws CONVERT_INPUT_INVALID when the shards have another size than the manifest says, or a name comes twice
 */
export function readWeights(
  groups: readonly WeightGroup[],
  shards: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Constant> {
  const constants = new Map<string, Constant>();
  for (const group of groups) {
    const bytes = joined(group.paths, shards);
    let at = 0;
    for (const spec of group.weights) {
      const length = byteLength(spec, bytes, at);
      if (at + length > bytes.byteLength)
        throw sizeMismatch(group, bytes.byteLength, `more than ${at + length}`);
      if (constants.has(spec.name)) throw damaged(`the weight ${spec.name} twice`);
      const constant = constantOf(spec, bytes.subarray(at, at + length));
      if (constant) constants.set(spec.name, constant);
      at += length;
    }
    if (at !== bytes.byteLength) throw sizeMismatch(group, bytes.byteLength, String(at));
  }
  return constants;
}

function sizeMismatch({ paths }: WeightGroup, bytes: number, wanted: string) {
  return damaged(`${bytes} bytes of weights in ${list(paths)}, where the manifest describes ${wanted}`);
}

function joined(paths: readonly string[], shards: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts = paths.map((path) => {
    const shard = shards.get(path);
    if (!shard) throw damaged(`no weights file ${path}`);
    return shard;
  });
  const [only] = parts;
  if (only && parts.length === 1) return only;
  // A shard may be named many times; more than all of them together is no model.
  const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const given = [...shards.values()].reduce((sum, part) => sum + part.byteLength, 0);
  if (total > given) throw damaged(`a weights file that is named twice in ${list(paths)}`);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

function byteLength(spec: WeightSpec, bytes: Uint8Array, start: number): number {
  const count = spec.shape.reduce((product, dim) => product * dim, 1);
  if (!Number.isSafeInteger(count))
    throw damaged(`the weight ${spec.name} of shape [${spec.shape.join(', ')}]`);
  const { quantization, dtype } = spec;
  if (dtype === 'string') return stringsLength(count, bytes, start);
  if (quantization) return count * (quantization.dtype === 'uint8' ? 1 : 2);
  return count * WIDTH[dtype];
}

/** Strings carry their lengths. */
function stringsLength(count: number, bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.byteLength) throw damaged('texts among the weights that end outside the file');
    at += 4 + view.getUint32(at, true);
  }
  return at - start;
}

/** `undefined` for texts and complex numbers: an operation that needs one is not translated anyway. */
function constantOf(spec: WeightSpec, data: Uint8Array): Constant | undefined {
  const { name: label, shape, dtype, quantization } = spec;
  if (dtype === 'string' || dtype === 'complex64') return undefined;
  if (quantization && dtype === 'bool') throw damaged(`the weight ${label}: quantised truth values`);
  const encoding: Encoding =
    quantization === undefined
      ? { kind: 'plain' }
      : quantization.dtype === 'float16'
        ? { kind: 'float16' }
        : {
            kind: 'affine',
            storage: quantization.dtype,
            scale: quantization.scale,
            min: quantization.min,
          };
  const constant: Constant = { kind: 'constant', label, shape, type: dtype, encoding, data };
  if (dtype !== 'int32' || encoding.kind === 'plain') return constant;
  if (encoding.kind === 'float16') throw damaged(`the weight ${label}: whole numbers as float16`);
  const whole = Int32Array.from(floatsOf(constant), Math.round);
  return { ...constant, encoding: { kind: 'plain' }, data: new Uint8Array(whole.buffer) };
}

function list(paths: readonly string[]): string {
  return paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');
}
