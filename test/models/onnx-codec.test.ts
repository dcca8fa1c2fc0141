import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPictorError } from '../../src/errors.ts';
import { decodeModel, decodeTensor } from '../../src/models/onnx/decode.ts';
import { encodeModel } from '../../src/models/onnx/encode.ts';
import { ELEMENT, type OnnxAttribute, type OnnxModel } from '../../src/models/onnx/types.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { sha256, tinyModel } from './support.ts';

const name = fc.string({ maxLength: 12 });
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const float = fc.float({ noNaN: true });

const attribute: fc.Arbitrary<OnnxAttribute> = fc.oneof(
  fc.record({ name, type: fc.constant('int' as const), value: int }),
  fc.record({ name, type: fc.constant('float' as const), value: float }),
  fc.record({ name, type: fc.constant('string' as const), value: name }),
  fc.record({
    name,
    type: fc.constant('ints' as const),
    value: fc.array(int, { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    name,
    type: fc.constant('floats' as const),
    value: fc.array(float, { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    name,
    type: fc.constant('strings' as const),
    value: fc.array(name, { minLength: 1, maxLength: 5 }),
  }),
);

const valueInfo = fc.record({
  name,
  elementType: fc.constantFrom(ELEMENT.float32, ELEMENT.uint8, ELEMENT.int64),
  dims: fc.array(fc.oneof(fc.nat(2000), fc.string({ minLength: 1, maxLength: 5 })), { maxLength: 5 }),
});

const model: fc.Arbitrary<OnnxModel> = fc.record({
  irVersion: fc.integer({ min: 1, max: 10 }),
  opsets: fc.array(fc.record({ domain: name, version: fc.integer({ min: 1, max: 22 }) }), { maxLength: 3 }),
  producerName: name,
  producerVersion: name,
  domain: name,
  modelVersion: fc.nat(),
  docString: name,
  metadata: fc.array(fc.record({ key: name, value: name }), { maxLength: 3 }),
  graph: fc.record({
    name,
    nodes: fc.array(
      fc.record({
        name,
        opType: name,
        domain: name,
        inputs: fc.array(name, { maxLength: 4 }),
        outputs: fc.array(name, { maxLength: 4 }),
        attributes: fc.array(attribute, { maxLength: 4 }),
      }),
      { maxLength: 5 },
    ),
    initializers: fc.array(
      fc.record({
        name,
        dims: fc.array(fc.nat(100), { maxLength: 4 }),
        dataType: fc.constant(ELEMENT.uint8),
        rawData: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      }),
      { maxLength: 4 },
    ),
    inputs: fc.array(valueInfo, { maxLength: 3 }),
    outputs: fc.array(valueInfo, { maxLength: 3 }),
    valueInfos: fc.array(valueInfo, { maxLength: 3 }),
  }),
});

/** Reads bytes that may be anything: an answer, or the one error. */
function readsOrRefuses(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    read(bytes);
  } catch (error) {
    if (!isPictorError(error) || error.code !== 'MODEL_FILE_INVALID') throw error;
  }
}

describe('the ONNX codec', () => {
  test('reads back what it wrote', () => {
    fc.assert(
      fc.property(model, (original) => {
        expect(decodeModel(encodeModel(original))).toEqual(original);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps fields that it does not know', () => {
    // Field 20 of ModelProto (training_info) with two bytes in it.
    const unknown = Uint8Array.of(0xa2, 0x01, 2, 7, 7);
    const bytes = new Uint8Array([...tinyModel(), ...unknown]);
    expect(decodeModel(encodeModel(decodeModel(bytes)))).toEqual(decodeModel(bytes));
    expect(Buffer.from(encodeModel(decodeModel(bytes))).includes(Buffer.from(unknown))).toBe(true);
  });

  test('answers damaged bytes with one error: cut, flipped, overwritten', () => {
    const good = tinyModel();
    fc.assert(
      fc.property(
        fc.nat(good.length),
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
        (length, changes) => {
          const bytes = good.slice();
          for (const [at, value] of changes) bytes[at] = value;
          readsOrRefuses(decodeModel, bytes.subarray(0, length));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('answers arbitrary bytes with one error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readsOrRefuses(decodeModel, bytes);
        readsOrRefuses(decodeTensor, bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test('is not led into the depths by messages inside messages', () => {
    // A graph in an attribute in a node in a graph, a thousand times.
    let bytes: Uint8Array = Uint8Array.of();
    const wrap = (tag: number) => {
      const length: number[] = [];
      for (let rest = bytes.length; ; rest >>>= 7) {
        length.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      bytes = Buffer.concat([Uint8Array.of(tag, ...length), bytes]);
    };
    for (let depth = 0; depth < 1000; depth++) for (const tag of [0x32, 0x2a, 0x0a]) wrap(tag);
    wrap(0x3a);
    expect(() => decodeModel(bytes)).toThrow(expect.objectContaining({ code: 'MODEL_FILE_INVALID' }));
  });
});

describeWithData('the ONNX codec on real models', () => {
  test.each(['squeezenet1.1.onnx', 'light/light_densenet121.onnx', 'light/light_resnet50.onnx'])(
    '%s survives reading and writing',
    (file) => {
      const bytes = readFileSync(dataPath('models', file));
      const read = decodeModel(bytes);
      expect(read.graph.nodes.length).toBeGreaterThan(50);
      const written = encodeModel(read);
      const again = decodeModel(written);
      const weights = ({ graph }: OnnxModel) =>
        graph.initializers.map(({ name: key, rawData, floatData }) => ({
          key,
          sha256: sha256(rawData ?? Buffer.from(String(floatData))),
        }));
      expect(again.graph.nodes).toEqual(read.graph.nodes);
      expect(weights(again)).toEqual(weights(read));
      expect(Buffer.compare(encodeModel(again), written)).toBe(0);
    },
  );
});
