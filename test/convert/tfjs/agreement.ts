import { expect } from 'vitest';
import { importTfjs } from '../../../src/convert/tfjs/import-tfjs.ts';
import type { TfjsFiles } from '../../../src/convert/tfjs/types.ts';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import { difference, openReference } from '../../support/tfjs.ts';

/**
 * Runs a small model on a picture [N, height, width, 3], converted and in TensorFlow.js, and demands equal results.
 *
 * @param dims of the picture in NCHW
 */
export async function expectAgreement(
  files: TfjsFiles,
  dims: readonly number[],
  limit = 1e-3,
): Promise<void> {
  const { model } = importTfjs(files, { id: 'small', task: 'embed', pixels: '0..1' });
  const session = await (await loadNativeBackend()).load(model, { intraOpThreads: 1 });
  const picture = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.sin(i * 1.7 + 0.3),
  );
  const [input = ''] = session.inputs.map(({ name }) => name);
  const outputs = await session.run({ [input]: { type: 'float32', dims: [...dims], data: picture } });
  const names = session.outputs.map(({ name }) => name);
  await session.dispose();
  const reference = await openReference(files, names);
  const wanted = await reference.run(picture, dims);
  reference.dispose();
  expect(wanted.length).toBe(names.length);
  for (const [i, name] of names.entries()) {
    const [got, values] = [outputs[name]?.data ?? [], wanted[i] ?? []];
    expect(got.length, name).toBe(values.length);
    const worst = difference(got, values);
    expect(worst.difference, JSON.stringify({ name, ...worst })).toBeLessThanOrEqual(limit);
  }
}
