import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonOf, picture } from '../../support.ts';
import { cutOff, KEY, serveApp } from '../support.ts';
import { ask, askBinary, elements, readBinary } from './support.ts';

const INFER = '/v2/models/colours/infer';
const red = await picture('red');
const blue = await picture('blue');

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const pictures = (...all: readonly string[]) => ({
  inputs: [{ name: 'picture', datatype: 'BYTES', shape: [all.length], data: all }],
});

/** A tensor whose first channel is `value` and whose others are 0. */
function reddish(value: number): Float32Array {
  return Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => (i < 32 * 32 ? value : 0));
}

const tensorInput = (more: object) => ({ name: 'picture', datatype: 'FP32', shape: [1, 3, 32, 32], ...more });

interface Answer {
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

test('a picture as base64 in JSON is decoded and prepared by the server', async () => {
  const response = await ask(await serveApp(), INFER, { id: 'one', ...pictures(base64(red)) });
  expect(response.status).toBe(200);
  const answer = await jsonOf<Answer>(response);
  expect(answer).toMatchObject({
    id: 'one',
    model_name: 'colours',
    model_version: '1',
    outputs: [{ name: 'out', datatype: 'FP32', shape: [1, 3] }],
  });
  const [r = 0, g = 0, b = 0] = answer.outputs[0]?.data ?? [];
  expect([r, g, b]).toEqual([expect.closeTo(10, 0), expect.closeTo(0, 0), expect.closeTo(0, 0)]);
});

test('several pictures in one request, in order', async () => {
  const body = pictures(base64(blue), base64(red), base64(blue));
  const { outputs } = await jsonOf<Answer>(await ask(await serveApp(), INFER, body));
  expect(outputs[0]?.shape).toEqual([3, 3]);
  const data = outputs[0]?.data ?? [];
  const best = [0, 3, 6].map((at) => data.slice(at, at + 3)).map((row) => row.indexOf(Math.max(...row)));
  expect(best).toEqual([2, 0, 2]);
});

test('pictures as bytes give the same numbers as pictures as text, and bytes come back where they are wanted', async () => {
  const served = await serveApp();
  const inJson = await jsonOf<Answer>(await ask(served, INFER, pictures(base64(red), base64(blue))));
  const tensor = elements(red, blue);
  const input = {
    name: 'INPUT',
    datatype: 'BYTES',
    shape: [2, 1],
    parameters: { binary_data_size: tensor.byteLength },
  };
  const response = await askBinary(
    served,
    INFER,
    { inputs: [input], outputs: [{ name: 'out', parameters: { binary_data: true } }] },
    [tensor],
  );
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  const { json, tail } = await readBinary(response);
  expect(json).toMatchObject({
    outputs: [{ name: 'out', datatype: 'FP32', shape: [2, 3], parameters: { binary_data_size: 24 } }],
  });
  const numbers = Array.from({ length: 6 }, (_, i) => tail.readFloatLE(i * 4));
  expect(numbers).toEqual(inJson.outputs[0]?.data);
});

test('a tensor in JSON, flat or nested, and as bytes', async () => {
  const served = await serveApp();
  const values = reddish(0.5);
  const flat = [...values];
  const rows = Array.from({ length: 96 }, (_, i) => flat.slice(i * 32, (i + 1) * 32));
  const nested = [[0, 32, 64].map((at) => rows.slice(at, at + 32))];
  for (const data of [flat, nested]) {
    const { outputs } = await jsonOf<Answer>(await ask(served, INFER, { inputs: [tensorInput({ data })] }));
    expect(outputs[0]?.data).toEqual([expect.closeTo(5, 4), 0, 0]);
  }
  const bytes = new Uint8Array(values.buffer);
  const binary = await askBinary(
    served,
    INFER,
    {
      inputs: [tensorInput({ parameters: { binary_data_size: bytes.byteLength } })],
      parameters: { binary_data_output: true },
    },
    [bytes],
  );
  const { tail } = await readBinary(binary);
  expect([0, 4, 8].map((at) => tail.readFloatLE(at))).toEqual([expect.closeTo(5, 4), 0, 0]);
});

test('any tensor survives the way there and back: its mean comes out', async () => {
  const served = await serveApp();
  await fc.assert(
    fc.asyncProperty(fc.float({ min: -4, max: 4, noNaN: true }), fc.boolean(), async (value, asBytes) => {
      const values = reddish(value);
      const bytes = new Uint8Array(values.buffer);
      const response = asBytes
        ? await askBinary(
            served,
            INFER,
            { inputs: [tensorInput({ parameters: { binary_data_size: bytes.byteLength } })] },
            [bytes],
          )
        : await ask(served, INFER, { inputs: [tensorInput({ data: [...values] })] });
      const { outputs } = await jsonOf<Answer>(response);
      expect(outputs[0]?.data[0]).toBeCloseTo(value * 10, 3);
    }),
    { numRuns: 20 },
  );
});

test('classification: scores, indices and labels, best first', async () => {
  const served = await serveApp();
  const outputs = [{ name: 'out', parameters: { classification: 2 } }];
  const answer = await jsonOf(await ask(served, INFER, { ...pictures(base64(red)), outputs }));
  expect(answer).toMatchObject({
    outputs: [
      {
        name: 'out',
        datatype: 'BYTES',
        shape: [1, 2],
        data: [expect.stringMatching(/^(9\.9|10)\S*:0:red$/), expect.stringMatching(/:(1:green|2:blue)$/)],
      },
    ],
  });
  const none = await ask(served, '/v2/models/halves/infer', { ...pictures(base64(red)), outputs });
  expect(none.status).toBe(501);
});

test.each([
  ['a corrupt picture', pictures(base64(await cutOff())), 422],
  ['bytes that are no picture', pictures('AAAA'), 415],
  ['text that is not base64', pictures('<html>'), 400],
  ['an address, which is no base64', pictures('http://example.com/a.jpg'), 400],
  ['a shape that does not fit', { inputs: [{ ...pictures('AAAA').inputs[0], shape: [2] }] }, 400],
  ['no pictures', { inputs: [{ ...pictures().inputs[0], shape: [0] }] }, 400],
  ['another datatype', { inputs: [tensorInput({ datatype: 'FP16', data: [] })] }, 400],
  ['another shape', { inputs: [tensorInput({ shape: [1, 3, 8, 8], data: [] })] }, 400],
  ['too few values', { inputs: [tensorInput({ data: [1, 2] })] }, 400],
  ['too many values', { inputs: [tensorInput({ data: [...reddish(1), 1] })] }, 400],
  ['text among the values', { inputs: [tensorInput({ data: ['a'] })] }, 400],
  ['an unknown input', { inputs: [tensorInput({ name: 'x', data: [] })] }, 400],
  ['an unknown output', { ...pictures(base64(red)), outputs: [{ name: 'x' }] }, 400],
  ['no inputs', { inputs: [] }, 400],
  ['a sequence', { ...pictures(base64(red)), parameters: { sequence_id: 4 } }, 501],
  [
    'a second input beside a picture',
    { inputs: [...pictures('AAAA').inputs, tensorInput({ data: [] })] },
    400,
  ],
])('%s', async (_, body, status) => {
  const response = await ask(await serveApp(), INFER, body);
  expect(response.status).toBe(status);
  expect(await jsonOf(response)).toEqual({ error: expect.any(String) });
});

test('lists in lists without end', async () => {
  const { send } = await serveApp({ auth: 'off' });
  const text = JSON.stringify({ inputs: [tensorInput({ data: [] })] });
  const body = text.replace('"data":[]', `"data":${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  expect((await send(INFER, { method: 'POST', body })).status).toBe(400);
});

test('an oversized picture, and a body that is beyond the server’s limit', async () => {
  const served = await serveApp({ limits: { maxBodyBytes: 4000, image: { maxBytes: 1000 } } });
  const large = await ask(served, INFER, pictures('A'.repeat(2000)));
  expect(large.status).toBe(413);
  const larger = await ask(served, INFER, pictures('A'.repeat(5000)));
  expect(larger.status).toBe(413);
  expect(await jsonOf(larger)).toEqual({ error: expect.stringContaining('request body') });
});

test.each([
  [
    'a length beyond the body',
    { inputs: [tensorInput({ parameters: { binary_data_size: 99 } })] },
    Buffer.alloc(4),
  ],
  ['bytes that no input claims', { inputs: [tensorInput({ data: [...reddish(1)] })] }, Buffer.alloc(4)],
  [
    'elements whose lengths do not add up',
    { inputs: [{ name: 'p', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 6 } }] },
    Buffer.from([9, 0, 0, 0, 1, 2]),
  ],
])('%s', async (_, json, tensor) => {
  const response = await askBinary(await serveApp(), INFER, json, [tensor]);
  expect(response.status).toBe(400);
});

test('throttling, with the time to wait', async () => {
  const now = Date.now();
  const served = await serveApp({ keys: { keys: [{ ...KEY, ratePerSecond: 1 }] }, clock: () => now });
  expect((await ask(served, INFER, pictures(base64(red)))).status).toBe(200);
  const response = await ask(served, INFER, pictures(base64(red)));
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('1');
});

test('an unknown key and one that may not infer', async () => {
  const stranger = await serveApp({ keys: { keys: [{ id: 'other', secret: 'another-secret' }] } });
  expect((await ask(stranger, INFER, pictures(base64(red)))).status).toBe(401);
  const reader = await serveApp({ keys: { keys: [{ ...KEY, scopes: ['metrics'] }] } });
  expect((await ask(reader, INFER, pictures(base64(red)))).status).toBe(403);
});
