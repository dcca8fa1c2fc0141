/**
 * The code of an archive: two bundles, one for the thread that answers and one for the thread that infers.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { PictorError } from '../../errors.ts';
import type { PlacedLibraries } from './libraries.ts';
import { PACKAGE_ROOT } from './packages.ts';
import type { PackTarget } from './types.ts';

/** Whether this module runs as TypeScript (from a checkout) or compiled (from the package). */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const SOURCE = join(PACKAGE_ROOT, EXTENSION === '.ts' ? 'src' : 'dist');
const WORKER = 'worker.js';

/** A file of Pictor as the bundler finds it. */
export function sourceFile(path: string): string {
  return join(SOURCE, path + EXTENSION).replaceAll('\\', '/');
}

export interface BundleInput {
  /** Code of the entry; imports Pictor's files by absolute path. */
  readonly entry: string;
  /** Name of the entry in the archive. */
  readonly file: string;
  readonly folder: string;
  readonly target: PackTarget;
  readonly libraries: PlacedLibraries;
  /** Modules that the platform provides. */
  readonly provided?: readonly string[];
  /** Folders that modules are looked up in beside Pictor's own. */
  readonly modules?: readonly string[];
}

/**
 * Writes the bundles.
 *
 * @returns absolute paths of every file that went in
 * @throws PACK_FAILED
 */
export async function writeBundles(input: BundleInput): Promise<string[]> {
  const { folder, target, libraries } = input;
  const shared: BuildOptions & { metafile: true } = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: `node${target.runtime.node}`,
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
    absWorkingDir: PACKAGE_ROOT,
    define: { 'import.meta.url': '__bundle' },
    banner: { js: 'const __bundle=require("node:url").pathToFileURL(__filename).href;' },
    external: [...(input.provided ?? [])],
    nodePaths: [...(input.modules ?? []), join(PACKAGE_ROOT, 'node_modules')],
    plugins: [libraryPlugin(libraries), workerPlugin(), leanPlugin()],
  };
  try {
    const results = await Promise.all([
      build({
        ...shared,
        stdin: { contents: input.entry, resolveDir: SOURCE, sourcefile: 'entry.ts', loader: 'ts' },
        outfile: join(folder, input.file),
      }),
      build({
        ...shared,
        entryPoints: [sourceFile('engine/worker/main')],
        outfile: join(folder, WORKER),
      }),
    ]);
    return results.flatMap(({ metafile }) => inputsOf(metafile));
  } catch (cause) {
    throw new PictorError('PACK_FAILED', {
      expected: 'the code to be bundled',
      received: cause instanceof Error ? cause.message.slice(0, 500) : String(cause),
      cause,
    });
  }
}

function inputsOf(metafile: Metafile): string[] {
  return Object.keys(metafile.inputs)
    .filter((path) => !path.includes('<'))
    .map((path) => join(PACKAGE_ROOT, path.replace(/^[a-z-]+:/, '')));
}

/** The packages' own searches for their libraries become one `require` of the file that was packed. */
function libraryPlugin({ redirects }: PlacedLibraries): Plugin {
  const absent = redirects.kind === 'native' ? /^onnxruntime-web$/ : /^(onnxruntime-node|sharp)$/;
  return {
    name: 'libraries',
    setup(builder) {
      builder.onResolve({ filter: absent }, ({ path }) => ({ path, external: true }));
      builder.onResolve({ filter: /^\.\/native\// }, ({ path }) => ({ path, external: true }));
      if (redirects.kind === 'wasm') {
        const path = redirects.onnxruntime;
        builder.onResolve({ filter: /^onnxruntime-web$/ }, () => ({ path, external: true }));
        return;
      }
      // One copy, as CommonJS: the ESM copy finds its files through import.meta.url.
      builder.onResolve({ filter: /^sharp$/ }, ({ path, kind, resolveDir }) =>
        kind === 'require-call' ? undefined : builder.resolve(path, { kind: 'require-call', resolveDir }),
      );
      builder.onLoad({ filter: /[\\/]onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, async ({ path }) => ({
        contents: replaced(
          await readFile(path, 'utf8'),
          /require\(`[^`]*onnxruntime_binding\.node`\)/,
          redirects.onnxruntime,
          path,
        ),
      }));
      builder.onLoad({ filter: /[\\/]sharp[\\/]dist[\\/]sharp\.cjs$/ }, () => ({
        contents: `module.exports = require(${JSON.stringify(redirects.sharp)});`,
      }));
    },
  };
}

function replaced(text: string, search: RegExp, path: string, file: string): string {
  const result = text.replace(search, `require(${JSON.stringify(path)})`);
  if (result !== text) return result;
  throw new Error(`${relative(PACKAGE_ROOT, file)} does not look as expected`);
}

/** The engine starts its worker from a file beside its own. */
function workerPlugin(): Plugin {
  return {
    name: 'worker',
    setup(builder) {
      builder.onLoad({ filter: /[\\/]engine[\\/]worker[\\/]spawn\.(ts|js)$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const contents = text.replaceAll("'./main.js'", `'./${WORKER}'`);
        if (contents === text) throw new Error(`${path} does not name its worker as expected`);
        return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js', resolveDir: dirname(path) };
      });
    },
  };
}

/** Parts of packages that are never asked for: a third of the code. */
function leanPlugin(): Plugin {
  return {
    name: 'lean',
    setup(builder) {
      // Error texts of zod in fifty languages.
      builder.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.c?js$/ }, ({ path }) => ({
        contents: "export { default as en } from './en.js';",
        resolveDir: dirname(path),
      }));
    },
  };
}
