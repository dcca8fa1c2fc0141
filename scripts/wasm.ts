/**
 * Compiles the WebAssembly kernels: `<name>.as` (AssemblyScript) into `<name>.gen.ts` beside it. Run it after a change of
 * either; a test compares the two.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

export const KERNELS = ['resize', 'jpeg', 'planes'] as const;

/** Kernels that work in the memory of another one. */
const GUESTS: readonly string[] = ['planes'];

const FOLDERS: Readonly<Record<string, string>> = { resize: 'resize', jpeg: 'jpeg', planes: 'jpeg' };

function fileOf(name: string, extension: string): URL {
  return new URL(`../src/image/${FOLDERS[name]}/${name}${extension}`, import.meta.url);
}

/** The module text that belongs to a kernel's source. */
export async function compileKernel(name: string): Promise<string> {
  const source = await readFile(fileOf(name, '.as'), 'utf8');
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      'kernel.ts',
      '--outFile',
      'kernel.wasm',
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
      readFile: (file) => (file === 'kernel.ts' ? source : null),
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
  return `// Made from ${name}.as by \`npm run wasm\`; not to be edited.\nexport const WASM_BASE64 = [\n${lines}].join('');\n`;
}

export function kernelPath(name: string): string {
  return fileURLToPath(fileOf(name, '.gen.ts'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of KERNELS) await writeFile(kernelPath(name), await compileKernel(name));
}
