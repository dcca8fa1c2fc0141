import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { compileKernel, KERNELS, kernelPath } from '../../scripts/wasm.ts';

it.each(KERNELS)('%s.gen.ts is what its source compiles to', async (name) => {
  expect(await readFile(kernelPath(name), 'utf8')).toBe(await compileKernel(name));
});
