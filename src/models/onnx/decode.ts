import { isPictorError } from '../../errors.ts';
import type {
  OnnxAttribute,
  OnnxDim,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
  StringEntry,
} from './types.ts';
import {
  bigints,
  deeper,
  fixed,
  float,
  int,
  ints,
  joined,
  malformed,
  readMessage,
  string,
  subBytes,
} from './wire.ts';

type Loose<T> = { -readonly [K in keyof T]?: T[K] };

/**
 * Reads an ONNX model. Weights are views on `bytes`: keep the buffer unchanged while the model is in use. Fields that
 * Pictor does not model are kept as they are, so that {@link encodeModel} loses nothing.
 *
 * @param bytes a serialised ModelProto
 * @throws MODEL_FILE_INVALID when the bytes are not an ONNX model
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * @example
 * const model = decodeModel(await readFile('squeezenet.onnx'));
 * model.graph.nodes.at(-1)?.opType; // 'Softmax'
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  return guarded(() => model(bytes));
}

/**
 * Reads a serialised TensorProto (`.pb`).
 *
 * @throws MODEL_FILE_INVALID
 */
export function decodeTensor(bytes: Uint8Array): OnnxTensor {
  return guarded(() => tensor(bytes));
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isPictorError(error)) throw error;
    throw malformed(error instanceof Error ? error.message : String(error), error);
  }
}

function model(bytes: Uint8Array): OnnxModel {
  const opsets: { domain: string; version: number }[] = [];
  const metadata: StringEntry[] = [];
  const out = {
    irVersion: 0,
    producerName: '',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
  };
  let body: OnnxGraph | undefined;
  const extra = readMessage(bytes, (field, wire, reader) => {
    if (field === 1) out.irVersion = int(reader, wire);
    else if (field === 2) out.producerName = string(reader, wire);
    else if (field === 3) out.producerVersion = string(reader, wire);
    else if (field === 4) out.domain = string(reader, wire);
    else if (field === 5) out.modelVersion = int(reader, wire);
    else if (field === 6) out.docString = string(reader, wire);
    else if (field === 7) body = graph(subBytes(reader, wire), 0);
    else if (field === 8) opsets.push(opset(subBytes(reader, wire)));
    else if (field === 14) metadata.push(entry(subBytes(reader, wire)));
    else return false;
    return true;
  });
  if (!body) throw malformed('bytes without a graph');
  return { ...out, opsets, metadata, graph: body, ...kept(extra) };
}

function graph(bytes: Uint8Array, depth: number): OnnxGraph {
  const below = deeper(depth);
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  const valueInfos: OnnxValueInfo[] = [];
  const out: { name: string; docString?: string } = { name: '' };
  const extra = readMessage(bytes, (field, wire, reader) => {
    if (field === 1) nodes.push(node(subBytes(reader, wire), below));
    else if (field === 2) out.name = string(reader, wire);
    else if (field === 5) initializers.push(tensor(subBytes(reader, wire)));
    else if (field === 10) out.docString = string(reader, wire);
    else if (field === 11) inputs.push(valueInfo(subBytes(reader, wire)));
    else if (field === 12) outputs.push(valueInfo(subBytes(reader, wire)));
    else if (field === 13) valueInfos.push(valueInfo(subBytes(reader, wire)));
    else return false;
    return true;
  });
  return { ...out, nodes, initializers, inputs, outputs, valueInfos, ...kept(extra) };
}

function node(bytes: Uint8Array, depth: number): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: OnnxAttribute[] = [];
  const out: { name: string; opType: string; domain: string; docString?: string } = {
    name: '',
    opType: '',
    domain: '',
  };
  const extra = readMessage(bytes, (field, wire, reader) => {
    if (field === 1) inputs.push(string(reader, wire));
    else if (field === 2) outputs.push(string(reader, wire));
    else if (field === 3) out.name = string(reader, wire);
    else if (field === 4) out.opType = string(reader, wire);
    else if (field === 5) attributes.push(attribute(subBytes(reader, wire), depth));
    else if (field === 6) out.docString = string(reader, wire);
    else if (field === 7) out.domain = string(reader, wire);
    else return false;
    return true;
  });
  return { ...out, inputs, outputs, attributes, ...kept(extra) };
}

/** AttributeProto.AttributeType; 0 in models older than IR version 2, which leave it out. */
const KINDS = ['', 'float', 'int', 'string', 'tensor', 'graph', 'floats', 'ints', 'strings'] as const;

function attribute(bytes: Uint8Array, depth: number): OnnxAttribute {
  const found: { f?: number; i?: number; s?: string; t?: OnnxTensor; g?: OnnxGraph } = {};
  const floats: Uint8Array[] = [];
  const integers: number[] = [];
  const strings: string[] = [];
  let name = '';
  let type = 0;
  let binary = false;
  const text = (value: Uint8Array): string => {
    const decoded = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
    if (Buffer.byteLength(decoded) !== value.byteLength || decoded.includes('\uFFFD')) binary = true;
    return decoded;
  };
  const extra = readMessage(bytes, (field, wire, reader) => {
    if (field === 1) name = string(reader, wire);
    else if (field === 2) found.f = float(reader, wire);
    else if (field === 3) found.i = int(reader, wire);
    else if (field === 4) found.s = text(subBytes(reader, wire));
    else if (field === 5) found.t = tensor(subBytes(reader, wire));
    else if (field === 6) found.g = graph(subBytes(reader, wire), depth);
    else if (field === 7) fixed(reader, wire, 4, floats);
    else if (field === 8) ints(reader, wire, integers);
    else if (field === 9) strings.push(text(subBytes(reader, wire)));
    else if (field === 20) type = int(reader, wire);
    else return false;
    return true;
  });
  const guess = found.g
    ? 'graph'
    : found.t
      ? 'tensor'
      : strings.length > 0
        ? 'strings'
        : integers.length > 0
          ? 'ints'
          : floats.length > 0
            ? 'floats'
            : found.s !== undefined
              ? 'string'
              : found.i !== undefined
                ? 'int'
                : found.f !== undefined
                  ? 'float'
                  : '';
  const kind = type === 0 ? guess : (KINDS[type] ?? '');
  // A documentation string (field 13) may go; anything else that is not understood keeps the whole attribute raw.
  if (!binary && extra.every((field) => field[0] === 0x6a)) {
    if (kind === 'float') return { name, type: kind, value: found.f ?? 0 };
    if (kind === 'int') return { name, type: kind, value: found.i ?? 0 };
    if (kind === 'string') return { name, type: kind, value: found.s ?? '' };
    if (kind === 'tensor' && found.t) return { name, type: kind, value: found.t };
    if (kind === 'graph' && found.g) return { name, type: kind, value: found.g };
    if (kind === 'floats') return { name, type: kind, value: [...new Float32Array(joined(floats))] };
    if (kind === 'ints') return { name, type: kind, value: integers };
    if (kind === 'strings') return { name, type: kind, value: strings };
  }
  return { name, type: 'raw', value: bytes };
}

function tensor(bytes: Uint8Array): OnnxTensor {
  const dims: number[] = [];
  const floats: Uint8Array[] = [];
  const doubles: Uint8Array[] = [];
  const int32: number[] = [];
  const int64: bigint[] = [];
  const uint64: bigint[] = [];
  const strings: Uint8Array[] = [];
  const external: StringEntry[] = [];
  const out: Loose<OnnxTensor> & { name: string; dataType: number } = { name: '', dataType: 0 };
  const extra = readMessage(bytes, (field, wire, reader) => {
    if (field === 1) ints(reader, wire, dims);
    else if (field === 2) out.dataType = int(reader, wire);
    else if (field === 4) fixed(reader, wire, 4, floats);
    else if (field === 5) ints(reader, wire, int32);
    else if (field === 6) strings.push(subBytes(reader, wire));
    else if (field === 7) bigints(reader, wire, int64);
    else if (field === 8) out.name = string(reader, wire);
    else if (field === 9) out.rawData = subBytes(reader, wire);
    else if (field === 10) fixed(reader, wire, 8, doubles);
    else if (field === 11) bigints(reader, wire, uint64);
    else if (field === 12) out.docString = string(reader, wire);
    else if (field === 13) external.push(entry(subBytes(reader, wire)));
    else return false;
    return true;
  });
  if (floats.length > 0) out.floatData = new Float32Array(joined(floats));
  if (doubles.length > 0) out.doubleData = new Float64Array(joined(doubles));
  if (int32.length > 0) out.int32Data = Int32Array.from(int32);
  if (int64.length > 0) out.int64Data = BigInt64Array.from(int64);
  if (uint64.length > 0) out.uint64Data = BigUint64Array.from(uint64);
  if (strings.length > 0) out.stringData = strings;
  if (external.length > 0) out.externalData = external;
  return { ...out, dims, ...kept(extra) };
}

function valueInfo(bytes: Uint8Array): OnnxValueInfo {
  const out: Loose<OnnxValueInfo> & { name: string; elementType: number } = { name: '', elementType: 0 };
  const extra = readMessage(bytes, (field, wire, reader) => {
    if (field === 1) out.name = string(reader, wire);
    else if (field === 2) Object.assign(out, type(subBytes(reader, wire)));
    else if (field === 3) out.docString = string(reader, wire);
    else return false;
    return true;
  });
  return { ...out, ...kept(extra) };
}

function type(bytes: Uint8Array): Pick<OnnxValueInfo, 'elementType' | 'dims' | 'rawType'> {
  let elementType = 0;
  let dims: OnnxDim[] | undefined;
  const extra = readMessage(bytes, (field, wire, reader) => {
    if (field !== 1) return false;
    readMessage(subBytes(reader, wire), (inner, innerWire, innerReader) => {
      if (inner === 1) elementType = int(innerReader, innerWire);
      else if (inner === 2) dims = shape(subBytes(innerReader, innerWire));
      else return false;
      return true;
    });
    return true;
  });
  if (extra.length > 0) return { elementType, rawType: bytes, ...(dims ? { dims } : {}) };
  return { elementType, ...(dims ? { dims } : {}) };
}

function shape(bytes: Uint8Array): OnnxDim[] {
  const dims: OnnxDim[] = [];
  readMessage(bytes, (field, wire, reader) => {
    if (field !== 1) return false;
    let dim: OnnxDim = '';
    readMessage(subBytes(reader, wire), (inner, innerWire, innerReader) => {
      if (inner === 1) dim = int(innerReader, innerWire);
      else if (inner === 2) dim = string(innerReader, innerWire);
      else return false;
      return true;
    });
    dims.push(dim);
    return true;
  });
  return dims;
}

function opset(bytes: Uint8Array): { domain: string; version: number } {
  const out = { domain: '', version: 0 };
  readMessage(bytes, (field, wire, reader) => {
    if (field === 1) out.domain = string(reader, wire);
    else if (field === 2) out.version = int(reader, wire);
    else return false;
    return true;
  });
  return out;
}

function entry(bytes: Uint8Array): StringEntry {
  const out = { key: '', value: '' };
  readMessage(bytes, (field, wire, reader) => {
    if (field === 1) out.key = string(reader, wire);
    else if (field === 2) out.value = string(reader, wire);
    else return false;
    return true;
  });
  return out;
}

const kept = (extra: readonly Uint8Array[]): { extra?: readonly Uint8Array[] } =>
  extra.length > 0 ? { extra } : {};
