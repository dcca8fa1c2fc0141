import protobuf from 'protobufjs/minimal.js';
import { PictorError } from '../../errors.ts';

export type Reader = protobuf.Reader;

/** Reads one field whose tag is consumed; `false` means "not mine", and leaves the reader where it is. */
export type FieldReader = (field: number, wire: number, reader: Reader) => boolean;

/** Graphs nest in If, Loop and Scan bodies; real models stay below ten levels. */
const MAX_DEPTH = 64;
const LENGTH_DELIMITED = 2;

const plain = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The error of every malformed model. */
export function malformed(received: string, cause?: unknown): PictorError {
  return new PictorError('MODEL_FILE_INVALID', {
    expected: 'an ONNX model',
    received,
    fix: 'Export or download the model again',
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Walks the fields of one message. Sub-messages are views on the same memory, so that a length that lies can never
 * reach outside its parent, and nothing is allocated before its bytes are known to be there.
 *
 * @returns fields that `onField` refused, to be written back as they are
 */
export function readMessage(bytes: Uint8Array, onField: FieldReader): Uint8Array[] {
  const view = plain(bytes);
  const reader = new protobuf.Reader(view);
  const extra: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const field = tag >>> 3;
    const wire = tag & 7;
    if (field === 0) throw malformed('a field without a number');
    if (onField(field, wire, reader)) continue;
    reader.skipType(wire);
    extra.push(view.subarray(start, reader.pos));
  }
  return extra;
}

/** The nested bytes of a length-delimited field. */
export function subBytes(reader: Reader, wire: number): Uint8Array {
  expectWire(wire, LENGTH_DELIMITED);
  return reader.bytes();
}

export function string(reader: Reader, wire: number): string {
  expectWire(wire, LENGTH_DELIMITED);
  return reader.string();
}

/** An int64 as a number: exact up to 2^53, beyond that the nearest double (2^63 − 1 is written back exactly). */
export function int(reader: Reader, wire: number): number {
  expectWire(wire, 0);
  return Number(reader.int64());
}

export function float(reader: Reader, wire: number): number {
  expectWire(wire, 5);
  return reader.float();
}

/** Collects a repeated varint, packed or not. */
export function ints(reader: Reader, wire: number, into: number[]): void {
  if (wire !== LENGTH_DELIMITED) {
    into.push(int(reader, wire));
    return;
  }
  const end = packedEnd(reader);
  while (reader.pos < end) into.push(Number(reader.int64()));
  if (reader.pos !== end) throw malformed('a list that does not end at its length');
}

/** Collects a repeated 64-bit varint, exactly. */
export function bigints(reader: Reader, wire: number, into: bigint[]): void {
  if (wire !== LENGTH_DELIMITED) {
    expectWire(wire, 0);
    into.push(bigint(reader));
    return;
  }
  const end = packedEnd(reader);
  while (reader.pos < end) into.push(bigint(reader));
  if (reader.pos !== end) throw malformed('a list that does not end at its length');
}

/** Collects a repeated fixed-width value as the bytes of all of them. */
export function fixed(reader: Reader, wire: number, width: 4 | 8, into: Uint8Array[]): void {
  if (wire === LENGTH_DELIMITED) {
    const chunk = reader.bytes();
    if (chunk.byteLength % width !== 0) throw malformed('a list that ends inside a value');
    into.push(chunk);
    return;
  }
  expectWire(wire, width === 4 ? 5 : 1);
  const start = reader.pos;
  reader.skip(width);
  into.push(reader.buf.subarray(start, reader.pos));
}

/** One aligned copy of chunks. */
export function joined(chunks: readonly Uint8Array[]): ArrayBuffer {
  const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.byteLength;
  }
  return out.buffer;
}

/** Guards recursion. */
export function deeper(depth: number): number {
  if (depth >= MAX_DEPTH) throw malformed(`graphs nested more than ${MAX_DEPTH} deep`);
  return depth + 1;
}

/** The exact int64 nearest to a number; 2^63 and beyond saturate, which is how ONNX writes "to the end". */
export function toInt64(value: number): bigint {
  if (!Number.isFinite(value) || !Number.isInteger(value)) {
    throw new PictorError('INTERNAL', { expected: 'an integer to write', received: String(value) });
  }
  const exact = BigInt(value);
  const max = (1n << 63n) - 1n;
  return exact > max ? max : exact < -max - 1n ? -max - 1n : exact;
}

function bigint(reader: Reader): bigint {
  const value: unknown = reader.int64();
  return BigInt(typeof value === 'number' ? value : String(value));
}

function packedEnd(reader: Reader): number {
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) throw malformed('a list longer than its message');
  return end;
}

function expectWire(wire: number, wanted: number): void {
  if (wire !== wanted) throw malformed(`a field of wire type ${wire} where ${wanted} belongs`);
}
