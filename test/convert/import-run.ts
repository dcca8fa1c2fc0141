import { loadNativeBackend } from '../../src/engine/backends/native.ts';

/** Value i of the test data's pattern: −1..1, counted in the tensor's own order. */
export function pattern(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (i % 251) / 125.5 - 1);
}

/** NHWC values as NCHW. */
export function toNchw(values: Float32Array, height: number, width: number, channels: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < channels; c++) out[c * height * width + i] = values[i * channels + c] ?? 0;
  }
  return out;
}

/** Runs an ONNX model on one input and gives its outputs by name. */
export async function runModel(
  model: Uint8Array,
  data: Float32Array,
  dims: readonly number[],
): Promise<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>> {
  const session = await (await loadNativeBackend()).load(model, { intraOpThreads: 1 });
  try {
    const [input = ''] = session.inputs.map(({ name }) => name);
    const outputs = await session.run({ [input]: { type: 'float32', dims: [...dims], data } });
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [
        name,
        { dims: tensor.dims, data: Float32Array.from(tensor.data as Float32Array) },
      ]),
    );
  } finally {
    await session.dispose();
  }
}

/** The values of a model's first output. */
export async function firstOutput(
  model: Uint8Array,
  data: Float32Array,
  dims: readonly number[],
): Promise<readonly number[]> {
  const [output] = Object.values(await runModel(model, data, dims));
  return [...(output?.data ?? [])];
}
