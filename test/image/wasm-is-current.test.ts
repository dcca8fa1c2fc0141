import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { compileModule, MODULES, modulePath } from '../../scripts/wasm.ts';

it.each(MODULES)('%s.gen.ts is what its source compiles to', async (name) => {
  expect(await readFile(modulePath(name), 'utf8')).toBe(await compileModule(name));
});
