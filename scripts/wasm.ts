/**
 * Compiles the WebAssembly modules: `<name>.as` (AssemblyScript) into `<name>.gen.ts` in the same folder. Run it after a
 * change of either; a test compares the two.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** Paths in `src/image`, without an ending. */
export const MODULES = ['resize/resize', 'jpeg/jpeg', 'jpeg/planes'] as const;

/** Modules that work in the memory of another one. */
const GUESTS: readonly string[] = ['jpeg/planes'];

const FOLDER = new URL('../src/image/', import.meta.url);

/** The text that belongs to a module's source. */
export async function compileModule(name: string): Promise<string> {
  const source = await readFile(new URL(`${name}.as`, FOLDER), 'utf8');
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      'module.ts',
      '--outFile',
      'module.wasm',
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      ...(GUESTS.includes(name) ? ['--importMemory'] : []),
    ],
    {
      readFile: (file) => (file === 'module.ts' ? source : null),
      writeFile: (_, contents) => {
        wasm = typeof contents === 'string' ? Buffer.from(contents) : contents;
      },
    },
  );
  if (error || wasm === undefined)
    throw new Error(`${name}.as does not compile: ${stderr.toString()}`, { cause: error });
  const lines = Buffer.from(wasm)
    .toString('base64')
    .replace(/.{1,100}/g, "  '$&',\n");
  return `// Made from ${basename(name)}.as by \`npm run wasm\`; not to be edited.\nexport const WASM_BASE64 = [\n${lines}].join('');\n`;
}

export function modulePath(name: string): string {
  return fileURLToPath(new URL(`${name}.gen.ts`, FOLDER));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of MODULES) await writeFile(modulePath(name), await compileModule(name));
}
