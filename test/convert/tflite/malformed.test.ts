import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importTflite } from '../../../src/convert/tflite/import-tflite.ts';
import { isPictorError } from '../../../src/errors.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import { buildTflite, type GraphInput } from './builder.ts';

const GRAPH: GraphInput = {
  tensors: [
    { name: 'picture', shape: [1, 4, 4, 3], type: 0 },
    { name: 'weight', shape: [2, 3, 3, 3], type: 0, data: new Float32Array(54).fill(0.1) },
    { name: 'features', shape: [1, 4, 4, 2], type: 0 },
    { name: 'axes', shape: [2], type: 2, data: Int32Array.of(1, 2) },
    { name: 'mean', shape: [1, 2], type: 0 },
    { name: 'scores', shape: [1, 2], type: 0 },
  ],
  operators: [
    {
      code: 3,
      inputs: [0, 1, -1],
      outputs: [2],
      options: { 1: ['int32', 1], 2: ['int32', 1], 3: ['int8', 1] },
    },
    { code: 40, inputs: [2, 3], outputs: [4] },
    { code: 25, inputs: [4], outputs: [5], options: { 0: ['float32', 1] } },
  ],
  inputs: [0],
  outputs: [5],
};

/** What an import ends in: `ok`, or the code of the error. Anything but an error of the table fails the test. */
function outcome(bytes: Uint8Array): string {
  try {
    importTflite(bytes, { id: 'small' });
    return 'ok';
  } catch (error) {
    if (!isPictorError(error)) throw error;
    return error.code;
  }
}

const FINE = new Set(['ok', 'CONVERT_INPUT_INVALID', 'CONVERT_OP_UNSUPPORTED', 'FEATURE_UNSUPPORTED']);

function overwritten(bytes: Uint8Array, changes: readonly { readonly at: number; readonly value: number }[]) {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (const { at, value } of changes) view.setUint32(at % (copy.length - 4), value, true);
  return copy;
}

const changes = fc.array(
  fc.record({
    at: fc.nat(),
    value: fc.oneof(
      fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0),
      fc.nat({ max: 300 }),
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

test('the file that is damaged below is fine before', () => {
  expect(outcome(buildTflite(GRAPH))).toBe('ok');
});

test('every truncation is an error of the table', () => {
  const whole = buildTflite(GRAPH);
  for (let length = 0; length < whole.length - 4; length++)
    expect(FINE).toContain(outcome(whole.subarray(0, length)));
  expect(outcome(whole.subarray(0, whole.length >> 1))).toBe('CONVERT_INPUT_INVALID');
});

test('hostile offsets and lengths are errors of the table', () => {
  const whole = buildTflite(GRAPH);
  fc.assert(
    fc.property(changes, (list) => {
      expect(FINE).toContain(outcome(overwritten(whole, list)));
    }),
    { numRuns: 3000 },
  );
});

test('a cycle is an error', () => {
  const [conv, mean, softmax] = GRAPH.operators;
  if (!conv || !mean || !softmax) throw new Error('three operators belong here');
  const operators = [{ ...conv, inputs: [2, 1, -1] }, mean, softmax];
  expect(outcome(buildTflite({ ...GRAPH, operators }))).toBe('CONVERT_INPUT_INVALID');
});

test('one error names every operation without a translation', () => {
  const [conv, mean, softmax] = GRAPH.operators;
  if (!conv || !mean || !softmax) throw new Error('three operators belong here');
  const operators = [conv, { ...mean, code: 16 }, { ...softmax, code: 13 }];
  const bytes = buildTflite({ ...GRAPH, operators });
  expect(() => importTflite(bytes, { id: 'small' })).toThrow(
    /LSTM.*mean.*LOCAL_RESPONSE_NORMALIZATION.*scores/,
  );
  expect(outcome(bytes)).toBe('CONVERT_OP_UNSUPPORTED');
});

describeWithData('a damaged real model', () => {
  test('is an error of the table, or still a model', () => {
    const whole = readFileSync(dataPath('models', 'mobilenet_v1_0.25_128_quant.tflite'));
    fc.assert(
      fc.property(changes, fc.integer({ min: 0, max: 60_000 }), (list, base) => {
        // The tables lie at the ends of the file; the weights between them have nothing to damage.
        const near = list.map(({ at, value }) => ({
          at: (at % 2 ? base : whole.length - base) + (at % 64),
          value,
        }));
        expect(FINE).toContain(outcome(overwritten(whole, near)));
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
