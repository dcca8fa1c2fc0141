/**
 * The files beside the bundle: native libraries of the target, or WebAssembly. Only what is loaded.
 *
 * @module
 */
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PictorError } from '../../../errors.ts';
import { DECODERS } from '../../../image/formats/decoders/index.ts';
import { compareVersions } from '../../../platforms/shared/runtimes.ts';
import { loadEsbuild } from '../load-esbuild.ts';
import { PACKAGE_ROOT } from '../source.ts';
import type { PackTarget } from '../types.ts';
import { type ElfFacts, readElf } from './elf.ts';
import { type FoundPackage, optionalPackage, requirePackage, targetPackage } from './packages.ts';

/** What was put beside the bundle. */
export interface PlacedLibraries {
  readonly packages: readonly FoundPackage[];
  readonly redirects: Redirects;
}

/** What the bundle must load in place of a package's own search: paths in the archive. */
export type Redirects =
  | { readonly kind: 'native'; readonly onnxruntime: string; readonly sharp: string }
  | { readonly kind: 'wasm'; readonly onnxruntime: string };

/**
 * Copies the libraries of a target into a folder.
 *
 * @param folder that becomes the archive
 * @param cache folder for fetched packages
 * @throws PACK_FAILED, ABORTED
 */
export function placeLibraries(
  target: PackTarget,
  folder: string,
  cache: string,
  signal?: AbortSignal,
): Promise<PlacedLibraries> {
  return target.backend === 'native'
    ? placeNative(target, folder, cache, signal)
    : placeWasm(target, folder, cache, signal);
}

async function placeNative(
  target: PackTarget,
  folder: string,
  cache: string,
  signal: AbortSignal | undefined,
): Promise<PlacedLibraries> {
  const { arch } = target;
  const onnxruntime = await requirePackage('onnxruntime-node');
  // Both in one folder: the binding looks for the library beside itself.
  for (const name of ['onnxruntime_binding.node', 'libonnxruntime.so.1']) {
    await place(
      join(onnxruntime.folder, 'bin/napi-v6/linux', arch, name),
      join(folder, 'native/onnxruntime', name),
    );
  }
  const sharp = await requirePackage('sharp');
  const packages = [onnxruntime, sharp];
  let binding = '';
  // Siblings: the binding looks for libvips at ../../sharp-libvips-<target>/lib.
  for (const name of [`sharp-linux-${arch}`, `sharp-libvips-linux-${arch}`]) {
    const version = sharp.optionalDependencies[`@img/${name}`];
    if (version === undefined) {
      throw new PictorError('PACK_FAILED', {
        expected: `sharp to know @img/${name}`,
        received: sharp.version,
      });
    }
    const found = await targetPackage(`@img/${name}`, version, target, cache, signal);
    packages.push(found);
    for (const file of await readdir(join(found.folder, 'lib'))) {
      if (!/\.node$|\.so(\.\d+)*$/.test(file)) continue;
      await place(join(found.folder, 'lib', file), join(folder, 'native', name, 'lib', file));
      if (file.endsWith('.node')) binding = `./native/${name}/lib/${file}`;
    }
  }
  return {
    packages,
    redirects: {
      kind: 'native',
      onnxruntime: './native/onnxruntime/onnxruntime_binding.node',
      sharp: binding,
    },
  };
}

/** onnxruntime-web with the one WebAssembly file that it loads in Node.js, and the decoders without native code. */
async function placeWasm(
  target: PackTarget,
  folder: string,
  cache: string,
  signal: AbortSignal | undefined,
): Promise<PlacedLibraries> {
  const modules = join(folder, 'node_modules');
  const web = await optionalPackage('onnxruntime-web', target, cache, signal);
  const packages = [web, await requirePackage('onnxruntime-common')];
  const home = join(folder, 'native/onnxruntime-web');
  await bundleModule(join(web.folder, 'dist/ort.node.min.mjs'), join(home, 'ort.mjs'));
  for (const file of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) {
    await place(join(web.folder, 'dist', file), join(home, file));
  }
  const files = new Set(Object.values(DECODERS).flatMap((list) => list.flatMap((decoder) => decoder.files)));
  for (const file of [...files].sort()) {
    const name = file
      .split('/')
      .slice(0, file.startsWith('@') ? 2 : 1)
      .join('/');
    const found = await requirePackage(name);
    if (!packages.some((one) => one.name === name)) packages.push(found);
    await place(join(found.folder, 'package.json'), join(modules, name, 'package.json'));
    await place(join(found.folder, file.slice(name.length + 1)), join(modules, file));
  }
  return { packages, redirects: { kind: 'wasm', onnxruntime: './native/onnxruntime-web/ort.mjs' } };
}

/** One ES module with what it imports: it finds the WebAssembly beside itself. */
async function bundleModule(entry: string, file: string): Promise<void> {
  const { build } = await loadEsbuild();
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    absWorkingDir: PACKAGE_ROOT,
  });
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await cp(from, to);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ENOENT') throw cause;
    throw new PictorError('PACK_FAILED', { expected: `the file ${from}`, received: 'none', cause });
  }
}

/**
 * Reads every native library in a folder and compares it with the target: processor, glibc, and that what it needs is
 * there or part of the system.
 *
 * @returns how many libraries there are
 * @throws PACK_FAILED
 */
export async function checkLibraries(
  target: PackTarget,
  folder: string,
  files: readonly string[],
): Promise<number> {
  const libraries = files.filter((path) => /\.node$|\.so(\.\d+)*$/.test(path));
  const names = new Set(libraries.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  for (const path of libraries) {
    const problem = problemOf(readElf(await readFile(join(folder, path))), target, names);
    if (problem !== undefined)
      throw new PictorError('PACK_FAILED', { ...problem, received: `${path}: ${problem.received}` });
  }
  return libraries.length;
}

/** Every Linux that runs Node.js has these. */
const SYSTEM = /^(lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|resolv|util)\.so\.\d+|ld-linux.*\.so\.\d+)$/;

function problemOf(
  facts: ElfFacts | undefined,
  { arch, runtime }: PackTarget,
  present: ReadonlySet<string>,
): { expected: string; received: string } | undefined {
  if (facts === undefined) return { expected: 'a library for Linux', received: 'something else' };
  if (facts.machine !== arch) return { expected: `a library for ${arch}`, received: facts.machine };
  if (
    runtime.glibc !== undefined &&
    facts.glibc !== undefined &&
    compareVersions(facts.glibc, runtime.glibc) > 0
  ) {
    return { expected: `at most glibc ${runtime.glibc} of ${runtime.name}`, received: facts.glibc };
  }
  const missing = facts.needed.find((name) => !present.has(name) && !SYSTEM.test(name));
  return missing === undefined ? undefined : { expected: `${missing} in the archive`, received: 'none' };
}
