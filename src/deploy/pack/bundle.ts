/**
 * The code of an archive. The bundler splits it: what is imported dynamically lies in files of its own, so that a cold
 * start does not read and compile what it does not run.
 *
 * @module
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { PictorError } from '../../errors.ts';
import { loadEsbuild } from './load-esbuild.ts';
import type { PlacedLibraries } from './packages/libraries.ts';
import { PACKAGE_ROOT, SOURCE, sourceFile, WORKER_MODULE } from './source.ts';
import type { PackTarget } from './types.ts';

export interface BundleInput {
  /** Code of the entry; imports Pictor's files by absolute path. */
  readonly entry: string;
  /** Name of the entry in the archive. */
  readonly file: string;
  readonly folder: string;
  /** Whether inference runs in a thread of the function, or in worker processes. */
  readonly thread: boolean;
  readonly target: PackTarget;
  readonly libraries: PlacedLibraries;
  /** Modules that the platform provides. */
  readonly provided?: readonly string[];
  /** Folders that modules are looked up in besides Pictor's own. */
  readonly modules?: readonly string[];
}

/**
 * Writes the code: the entry, and beside it the thread or the worker, under the names that their starters look for.
 *
 * @returns absolute paths of every file that went in
 * @throws PACK_FAILED
 */
export async function writeBundles(input: BundleInput): Promise<string[]> {
  const { folder, target, libraries } = input;
  const { build, transform } = await loadEsbuild();
  const entry = input.file.replace(/\.js$/, '');
  const inference = input.thread
    ? { thread: sourceFile('deploy/pack/runtime/thread') }
    : { worker: WORKER_MODULE };
  const node = `node${target.runtime.node}`;
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: { [entry]: ENTRY, ...inference },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: node,
      chunkNames: '[name]-[hash]',
      legalComments: 'none',
      logLevel: 'silent',
      metafile: true,
      write: false,
      absWorkingDir: PACKAGE_ROOT,
      outdir: join(PACKAGE_ROOT, 'archive'),
      external: [...(input.provided ?? [])],
      nodePaths: [...(input.modules ?? []), join(PACKAGE_ROOT, 'node_modules')],
      plugins: [entryPlugin(input.entry), libraryPlugin(libraries), leanPlugin()],
    });
    // The platforms load entries with `require`, and `require` starts a file sooner than `import` does.
    await mkdir(folder, { recursive: true });
    for (const { path, text } of outputFiles) {
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'node',
        target: node,
        minify: true,
        define: { 'import.meta.url': '__url' },
        banner: 'const __url=require("node:url").pathToFileURL(__filename).href;',
        // Only WebAssembly's module is no CommonJS.
        supported: { 'dynamic-import': libraries.redirects.kind === 'wasm' },
      });
      await writeFile(join(folder, relative(join(PACKAGE_ROOT, 'archive'), path)), code);
    }
    return Object.keys(metafile.inputs)
      .filter((path) => !path.includes('<') && !path.startsWith(`${ENTRY}:`))
      .map((path) => join(PACKAGE_ROOT, path));
  } catch (cause) {
    throw new PictorError('PACK_FAILED', {
      expected: 'the code to be bundled',
      received: cause instanceof Error ? cause.message.slice(0, 500) : String(cause),
      cause,
    });
  }
}

/** Name of the entry for the bundler. */
const ENTRY = 'pictor-entry';

function entryPlugin(contents: string): Plugin {
  return {
    name: 'entry',
    setup(builder) {
      builder.onResolve({ filter: new RegExp(`^${ENTRY}$`) }, ({ path }) => ({ path, namespace: ENTRY }));
      builder.onLoad({ filter: /./, namespace: ENTRY }, () => ({
        contents,
        loader: 'ts',
        resolveDir: SOURCE,
      }));
    },
  };
}

/** The packages' own searches for their libraries become one `require` of the file that was packed. */
function libraryPlugin({ redirects }: PlacedLibraries): Plugin {
  const absent = redirects.kind === 'native' ? /^onnxruntime-web$/ : /^(#?onnxruntime-node|sharp)$/;
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
      // As CommonJS: the ES modules find their files through import.meta.url.
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

/** Parts of packages that are never asked for: a third of the code. */
function leanPlugin(): Plugin {
  return {
    name: 'lean',
    setup(builder) {
      // Metrics of the process: the platforms have their own.
      builder.onLoad({ filter: /[\\/]prom-client[\\/]lib[\\/]defaultMetrics\.js$/ }, () => ({
        contents: 'module.exports = () => {}; module.exports.metricsList = [];',
      }));
      // Error texts of zod in fifty languages.
      builder.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.c?js$/ }, ({ path }) => ({
        contents: "export { default as en } from './en.js';",
        resolveDir: dirname(path),
      }));
    },
  };
}
