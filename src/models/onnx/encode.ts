import protobuf from 'protobufjs/minimal.js';
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from './types.ts';
import { toInt64 } from './wire.ts';

/**
 * Writes an ONNX model. The bytes depend on the model alone: the same model gives the same bytes.
 *
 * @returns a serialised ModelProto
 * @throws INTERNAL when an integer field holds a fraction
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * @example
 * const model = decodeModel(bytes);
 * await writeFile('renamed.onnx', encodeModel({ ...model, producerName: 'mine' }));
 */
export function encodeModel(model: OnnxModel): Uint8Array {
  return sinkOf(model).finish();
}

/**
 * {@link encodeModel} in parts, for writing large models without holding them twice: large values are views on the
 * model's own, not copies.
 */
export function encodeModelParts(model: OnnxModel): readonly Uint8Array[] {
  return sinkOf(model).parts;
}

function sinkOf(model: OnnxModel): Sink {
  const out = new Sink();
  out.int(1, model.irVersion);
  for (const opset of model.opsets) {
    out.message(8, (inner) => {
      inner.text(1, opset.domain);
      inner.int(2, opset.version);
    });
  }
  out.text(2, model.producerName);
  out.text(3, model.producerVersion);
  out.text(4, model.domain);
  if (model.modelVersion !== 0) out.int(5, model.modelVersion);
  out.text(6, model.docString);
  out.message(7, (inner) => graph(inner, model.graph));
  for (const { key, value } of model.metadata) out.entry(14, key, value);
  out.raw(model.extra);
  return out;
}

/** Parts of a message in order; nested messages are measured once and large values are copied once. */
class Sink {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get parts(): readonly Uint8Array[] {
    return this.#parts;
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.byteLength;
  }

  #write(fill: (writer: protobuf.Writer) => void): void {
    const writer = new protobuf.Writer();
    fill(writer);
    this.add(writer.finish());
  }

  int(field: number, value: number): void {
    this.#write((writer) => {
      writer.uint32(field << 3);
      varint(writer, toInt64(value));
    });
  }

  float(field: number, value: number): void {
    this.#write((writer) => writer.uint32((field << 3) | 5).float(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#write((writer) => writer.uint32((field << 3) | 2).uint32(value.byteLength));
    this.add(value);
  }

  /** Leaves an empty string out, as proto3 does. */
  text(field: number, value: string | undefined): void {
    if (value) this.bytes(field, Buffer.from(value));
  }

  /** An element of a repeated string: empty ones count. */
  item(field: number, value: string): void {
    this.bytes(field, Buffer.from(value));
  }

  packed(field: number, values: Iterable<number | bigint>): void {
    const writer = new protobuf.Writer();
    for (const value of values) varint(writer, typeof value === 'bigint' ? value : toInt64(value));
    const body = writer.finish();
    if (body.byteLength > 0) this.bytes(field, body);
  }

  memory(field: number, values: ArrayBufferView): void {
    this.bytes(field, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  message(field: number, fill: (inner: Sink) => void): void {
    const inner = new Sink();
    fill(inner);
    this.#write((writer) => writer.uint32((field << 3) | 2).uint32(inner.#length));
    for (const part of inner.#parts) this.add(part);
  }

  entry(field: number, key: string, value: string): void {
    this.message(field, (inner) => {
      inner.text(1, key);
      inner.text(2, value);
    });
  }

  raw(fields: readonly Uint8Array[] | undefined): void {
    for (const field of fields ?? []) this.add(field);
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.byteLength;
    }
    return out;
  }
}

function graph(out: Sink, value: OnnxGraph): void {
  for (const each of value.nodes) out.message(1, (inner) => node(inner, each));
  out.text(2, value.name);
  for (const each of value.initializers) out.message(5, (inner) => tensor(inner, each));
  out.text(10, value.docString);
  for (const each of value.inputs) out.message(11, (inner) => valueInfo(inner, each));
  for (const each of value.outputs) out.message(12, (inner) => valueInfo(inner, each));
  for (const each of value.valueInfos) out.message(13, (inner) => valueInfo(inner, each));
  out.raw(value.extra);
}

function node(out: Sink, value: OnnxNode): void {
  for (const input of value.inputs) out.item(1, input);
  for (const output of value.outputs) out.item(2, output);
  out.text(3, value.name);
  out.text(4, value.opType);
  for (const each of value.attributes) {
    if (each.type === 'raw') out.bytes(5, each.value);
    else out.message(5, (inner) => attribute(inner, each));
  }
  out.text(6, value.docString);
  out.text(7, value.domain);
  out.raw(value.extra);
}

/** `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPE = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

function attribute(out: Sink, value: Exclude<OnnxAttribute, { type: 'raw' }>): void {
  out.text(1, value.name);
  attributeValue(out, value);
  out.int(20, ATTRIBUTE_TYPE[value.type]);
}

function attributeValue(out: Sink, value: Exclude<OnnxAttribute, { type: 'raw' }>): void {
  switch (value.type) {
    case 'float':
      out.float(2, value.value);
      break;
    case 'int':
      out.int(3, value.value);
      break;
    case 'string':
      out.item(4, value.value);
      break;
    case 'tensor':
      out.message(5, (inner) => tensor(inner, value.value));
      break;
    case 'graph':
      out.message(6, (inner) => graph(inner, value.value));
      break;
    case 'floats':
      for (const each of value.value) out.float(7, each);
      break;
    case 'ints':
      for (const each of value.value) out.int(8, each);
      break;
    case 'strings':
      for (const each of value.value) out.item(9, each);
      break;
  }
}

function tensor(out: Sink, value: OnnxTensor): void {
  out.packed(1, value.dims);
  out.int(2, value.dataType);
  if (value.floatData) out.memory(4, value.floatData);
  if (value.int32Data) out.packed(5, value.int32Data);
  for (const each of value.stringData ?? []) out.bytes(6, each);
  if (value.int64Data) out.packed(7, value.int64Data);
  out.text(8, value.name);
  if (value.rawData) out.bytes(9, value.rawData);
  if (value.doubleData) out.memory(10, value.doubleData);
  if (value.uint64Data) out.packed(11, value.uint64Data);
  out.text(12, value.docString);
  for (const each of value.externalData ?? []) out.entry(13, each.key, each.value);
  out.raw(value.extra);
}

function valueInfo(out: Sink, value: OnnxValueInfo): void {
  out.text(1, value.name);
  if (value.rawType) out.bytes(2, value.rawType);
  else if (value.elementType !== 0 || value.dims) {
    out.message(2, (outer) => {
      outer.message(1, (inner) => {
        inner.int(1, value.elementType);
        const { dims } = value;
        if (!dims) return;
        inner.message(2, (list) => {
          for (const dim of dims) {
            list.message(1, (each) => {
              if (typeof dim === 'number') each.int(1, dim);
              else each.text(2, dim);
            });
          }
        });
      });
    });
  }
  out.text(3, value.docString);
  out.raw(value.extra);
}

/** Writes 64 bits, two's complement. Text keeps all of them exact. */
function varint(writer: protobuf.Writer, value: bigint): void {
  writer.int64(BigInt.asIntN(64, value).toString());
}
