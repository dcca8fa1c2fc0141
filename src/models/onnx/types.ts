/**
 * The part of the ONNX format (onnx.proto, IR version 10) that Pictor reads and writes.
 *
 * @module
 */

/** `TensorProto.DataType`. */
export const ELEMENT = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** Name of an element type that has a number in {@link ELEMENT}. */
export type ElementName = keyof typeof ELEMENT;

/** A field that this codec does not model, tag included; written back unchanged. */
export type RawField = Uint8Array;

/** A constant. Values lie in `rawData` (little-endian) or in one of the typed lists. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** A value of {@link ELEMENT}. */
  readonly dataType: number;
  /** A view on the model's bytes, not a copy. */
  readonly rawData?: Uint8Array;
  readonly floatData?: Float32Array;
  /** Also carries int8, uint8, int16, uint16, bool and float16 values. */
  readonly int32Data?: Int32Array;
  readonly int64Data?: BigInt64Array;
  readonly doubleData?: Float64Array;
  readonly uint64Data?: BigUint64Array;
  readonly stringData?: readonly Uint8Array[];
  /** Where the values lie when they are in another file. */
  readonly externalData?: readonly StringEntry[];
  readonly docString?: string;
  readonly extra?: readonly RawField[];
}

export interface StringEntry {
  readonly key: string;
  readonly value: string;
}

/** An attribute of a node. Kinds that Pictor has no use for stay `raw`: the encoded AttributeProto. */
export type OnnxAttribute =
  | { readonly name: string; readonly type: 'float'; readonly value: number }
  | { readonly name: string; readonly type: 'int'; readonly value: number }
  | { readonly name: string; readonly type: 'string'; readonly value: string }
  | { readonly name: string; readonly type: 'tensor'; readonly value: OnnxTensor }
  | { readonly name: string; readonly type: 'graph'; readonly value: OnnxGraph }
  | { readonly name: string; readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly name: string; readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly name: string; readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly name: string; readonly type: 'raw'; readonly value: Uint8Array };

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** Tensor names; an empty name is an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
  readonly docString?: string;
  readonly extra?: readonly RawField[];
}

/** A length, the name of a symbolic length, or `''` for an unknown one. */
export type OnnxDim = number | string;

/** Name and type of a graph input, output or inner value. */
export interface OnnxValueInfo {
  readonly name: string;
  /** A value of {@link ELEMENT}; 0 when unknown or not a tensor. */
  readonly elementType: number;
  /** Absent when the rank is unknown. */
  readonly dims?: readonly OnnxDim[];
  /** The encoded TypeProto of anything that is not a plain tensor. */
  readonly rawType?: Uint8Array;
  readonly docString?: string;
  readonly extra?: readonly RawField[];
}

export interface OnnxGraph {
  readonly name: string;
  /** In topological order. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly valueInfos: readonly OnnxValueInfo[];
  readonly docString?: string;
  readonly extra?: readonly RawField[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly producerName: string;
  readonly producerVersion: string;
  readonly domain: string;
  readonly modelVersion: number;
  readonly docString: string;
  readonly graph: OnnxGraph;
  readonly metadata: readonly StringEntry[];
  readonly extra?: readonly RawField[];
}
