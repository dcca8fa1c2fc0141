import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importTflite } from '../../../src/convert/tflite/import-tflite.ts';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import type { Tensor } from '../../../src/engine/types.ts';
import { buildTflite, type GraphInput } from './builder.ts';

disableTelemetry();
const backend = await loadNativeBackend();

async function run(graph: GraphInput, input: Tensor): Promise<Float32Array> {
  const { model } = importTflite(buildTflite(graph), { id: 'small', task: 'embed' });
  const session = await backend.load(model, { intraOpThreads: 1 });
  try {
    const [name = ''] = session.inputs.map((info) => info.name);
    const [output] = Object.values(await session.run({ [name]: input }));
    if (!(output?.data instanceof Float32Array)) throw new Error('a float output belongs here');
    return output.data;
  } finally {
    await session.dispose();
  }
}

interface Case {
  readonly height: number;
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly same: boolean;
  readonly outputs: number;
  readonly depthwise: boolean;
  readonly seed: number;
}

const CHANNELS = 3;
const cases: fc.Arbitrary<Case> = fc
  .record({
    height: fc.integer({ min: 5, max: 12 }),
    width: fc.integer({ min: 5, max: 12 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    same: fc.boolean(),
    outputs: fc.integer({ min: 1, max: 4 }),
    depthwise: fc.boolean(),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map((c) => (c.depthwise ? { ...c, outputs: CHANNELS } : c));

/** Values that are equal in every run with the same seed. */
function noise(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 0.618) * 0.9);
}

function sizes(c: Case) {
  const span = (c.kernel - 1) * c.dilation + 1;
  const of = (size: number) => {
    const out = c.same ? Math.ceil(size / c.stride) : Math.floor((size - span) / c.stride) + 1;
    return { out, before: c.same ? Math.floor(Math.max(0, (out - 1) * c.stride + span - size) / 2) : 0 };
  };
  return { h: of(c.height), w: of(c.width) };
}

/** The definition, in TensorFlow's order of axes. */
function reference(c: Case, x: Float32Array, weight: Float32Array, bias: Float32Array): number[] {
  const { h, w } = sizes(c);
  const result: number[] = [];
  for (let oy = 0; oy < h.out; oy++)
    for (let ox = 0; ox < w.out; ox++)
      for (let o = 0; o < c.outputs; o++) {
        let sum = bias[o] ?? 0;
        for (let ky = 0; ky < c.kernel; ky++)
          for (let kx = 0; kx < c.kernel; kx++) {
            const y = oy * c.stride - h.before + ky * c.dilation;
            const xx = ox * c.stride - w.before + kx * c.dilation;
            if (y < 0 || xx < 0 || y >= c.height || xx >= c.width) continue;
            const at = (ch: number) => x[(y * c.width + xx) * CHANNELS + ch] ?? 0;
            if (c.depthwise) sum += at(o) * (weight[(ky * c.kernel + kx) * c.outputs + o] ?? 0);
            else
              for (let ch = 0; ch < CHANNELS; ch++)
                sum += at(ch) * (weight[((o * c.kernel + ky) * c.kernel + kx) * CHANNELS + ch] ?? 0);
          }
        result.push(Math.min(6, Math.max(0, sum)));
      }
  return result;
}

function toNchw(x: Float32Array, height: number, width: number): Float32Array {
  return Float32Array.from({ length: x.length }, (_, i) => {
    const [c, rest] = [Math.floor(i / (height * width)), i % (height * width)];
    return x[rest * CHANNELS + c] ?? 0;
  });
}

function graphOf(c: Case, weight: Float32Array, bias: Float32Array): GraphInput {
  const { h, w } = sizes(c);
  const shape = c.depthwise ? [1, c.kernel, c.kernel, c.outputs] : [c.outputs, c.kernel, c.kernel, CHANNELS];
  const shift = c.depthwise ? 1 : 0;
  return {
    tensors: [
      { name: 'picture', shape: [1, c.height, c.width, CHANNELS], type: 0 },
      { name: 'weight', shape, type: 0, data: weight },
      { name: 'bias', shape: [c.outputs], type: 0, data: bias },
      { name: 'result', shape: [1, h.out, w.out, c.outputs], type: 0 },
    ],
    operators: [
      {
        code: c.depthwise ? 4 : 3,
        inputs: [0, 1, 2],
        outputs: [3],
        options: {
          0: ['int8', c.same ? 0 : 1],
          1: ['int32', c.stride],
          2: ['int32', c.stride],
          ...(c.depthwise && { 3: ['int32', 1] as const }),
          [3 + shift]: ['int8', 3],
          [4 + shift]: ['int32', c.dilation],
          [5 + shift]: ['int32', c.dilation],
        },
      },
    ],
    inputs: [0],
    outputs: [3],
  };
}

test('a float convolution, plain or depthwise, with Relu6 gives what its definition gives', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (c) => {
      const x = noise(c.height * c.width * CHANNELS, c.seed);
      const weight = noise(c.kernel * c.kernel * c.outputs * (c.depthwise ? 1 : CHANNELS), c.seed + 1);
      const bias = noise(c.outputs, c.seed + 2);
      const data = toNchw(x, c.height, c.width);
      const got = await run(graphOf(c, weight, bias), {
        type: 'float32',
        dims: [1, CHANNELS, c.height, c.width],
        data,
      });
      const wanted = reference(c, x, weight, bias);
      expect(got.length).toBe(wanted.length);
      for (const [i, value] of wanted.entries()) expect(got[i]).toBeCloseTo(value, 4);
    }),
    { numRuns: 40 },
  );
});

test('an int8 convolution with one scale a channel stays within one step of its definition', async () => {
  const c: Case = {
    height: 9,
    width: 8,
    kernel: 3,
    stride: 2,
    dilation: 1,
    same: true,
    outputs: 4,
    depthwise: false,
    seed: 5,
  };
  const inputScale = 1 / 127;
  const steps = Int8Array.from(noise(c.height * c.width * CHANNELS, 5), (value) => Math.round(value * 127));
  const weightScales = [0.01, 0.02, 0.005, 0.03].map(Math.fround);
  const perFilter = c.kernel * c.kernel * CHANNELS;
  const weights = Int8Array.from(noise(c.outputs * perFilter, 6), (value) => Math.round(value * 127));
  const biasScales = weightScales.map((scale) => scale * inputScale);
  const bias = Int32Array.from([100, -200, 300, 0]);
  const outputScale = 6 / 255;
  const base = graphOf(c, new Float32Array(), new Float32Array());
  const quantization = [
    { type: 9, scale: [inputScale], zeroPoint: [0] },
    { type: 9, scale: weightScales, data: weights, axis: 0 },
    { type: 2, scale: biasScales, data: bias, axis: 0 },
    { type: 9, scale: [outputScale], zeroPoint: [-128] },
  ];
  const graph = { ...base, tensors: base.tensors.map((tensor, i) => ({ ...tensor, ...quantization[i] })) };
  const x = Float32Array.from(steps, (step) => step * inputScale);
  const wanted = reference(
    c,
    x,
    Float32Array.from(weights, (step, i) => step * (weightScales[Math.floor(i / perFilter)] ?? 0)),
    Float32Array.from(bias, (step, i) => step * (biasScales[i] ?? 0)),
  );
  const data = Uint8Array.from(toNchw(Float32Array.from(steps), c.height, c.width), (step) => step + 128);
  const got = await run(graph, { type: 'uint8', dims: [1, CHANNELS, c.height, c.width], data });
  expect(got.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries())
    expect(Math.abs((got[i] ?? 0) - value)).toBeLessThan(outputScale * 1.01);
});
