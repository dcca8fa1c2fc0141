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
import { PACKAGE_ROOT, SOURCE, sourceFile } from './source.ts';
import type { PackTarget } from './types.ts';

const WORKER = 'worker.js';
const THREAD = 'thread.js';

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
    plugins: [libraryPlugin(libraries), workerPlugin(), chunkPlugin(), leanPlugin()],
  };
  try {
    const chunks = CHUNKS.filter(({ file }) => file !== 'sharp' || libraries.redirects.kind === 'native').map(
      ({ file, source }) =>
        build({
          ...shared,
          entryPoints: { [file]: source.includes('/') ? sourceFile(source) : source },
          outdir: folder,
        }),
    );
    const results = await Promise.all([
      ...chunks,
      build({
        ...shared,
        stdin: { contents: input.entry, resolveDir: SOURCE, sourcefile: 'entry.ts', loader: 'ts' },
        outfile: join(folder, input.file),
      }),
      build({
        ...shared,
        entryPoints: [sourceFile(input.thread ? 'deploy/pack/runtime/thread-main' : 'engine/worker/main')],
        outfile: join(folder, input.thread ? THREAD : WORKER),
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
    .filter((path) => !path.includes('<') && !/^chunk:/.test(path))
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
      // As CommonJS: the ES modules find their files through import.meta.url.
      builder.onResolve({ filter: /^sharp$/ }, ({ path, kind, resolveDir }) =>
        kind === 'entry-point'
          ? builder.resolve(path, { kind: 'require-call', resolveDir, pluginData: WHOLE })
          : undefined,
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

/** Code in a file of its own. */
interface Chunk {
  readonly file: string;
  /** A file of Pictor, or a package. */
  readonly source: string;
  /** How it is imported. */
  readonly imported: RegExp;
  /** Functions and classes that are imported statically; absent where the import is a dynamic one. */
  readonly names?: readonly string[];
}

/**
 * Code that the inference worker does not wait for, or that hardly anybody needs: a cold start should not read and
 * compile what it does not run.
 */
const CHUNKS: readonly Chunk[] = [
  {
    file: 'application',
    source: 'deploy/pack/runtime/application',
    imported: /\/application\.(ts|js)$/,
  },
  { file: 'sharp', source: 'sharp', imported: /^sharp$/ },
  {
    file: 'onnx-decode',
    source: 'models/onnx/decode',
    imported: /\/onnx\/decode\.(ts|js)$/,
    names: ['decodeModel', 'decodeTensor'],
  },
  {
    file: 'onnx-encode',
    source: 'models/onnx/encode',
    imported: /\/onnx\/encode\.(ts|js)$/,
    names: ['encodeModel'],
  },
  {
    file: 'undici',
    source: 'undici',
    imported: /^undici$/,
    names: ['Agent', 'EnvHttpProxyAgent', 'request'],
  },
  {
    file: 'yaml',
    source: 'yaml',
    imported: /^yaml$/,
    names: ['isSeq', 'parse', 'parseDocument', 'stringify'],
  },
];

function chunkPlugin(): Plugin {
  const namespace = 'chunk';
  return {
    name: 'chunks',
    setup(builder) {
      for (const { file, imported, names } of CHUNKS) {
        builder.onResolve({ filter: imported }, ({ kind, pluginData }) =>
          kind === 'entry-point' || pluginData === WHOLE ? undefined : { path: file, namespace },
        );
        const contents = names?.map((name) => standIn(name, file)).join('\n') ?? '';
        builder.onLoad({ filter: new RegExp(`^${file}$`), namespace }, () => ({
          contents: `${LOAD_CHUNK}\n${names ? contents : `module.exports = load('${file}.js');`}`,
        }));
      }
    },
  };
}

/** Marks a resolution that wants the package and not its stand-in. */
const WHOLE = 'whole';

/**
 * Loads a chunk as `require` would, but reads ASCII as ASCII: decoding UTF-8 takes as long as compiling. Not
 * `import`, whose loader would read the whole file once more to find its exports.
 */
const LOAD_CHUNK = `
const { isAscii } = require('node:buffer');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { compileFunction } = require('node:vm');
const loaded = globalThis[Symbol.for('pictor.chunks')] ??= new Map();
function load(name) {
  const known = loaded.get(name);
  if (known) return known.exports;
  const filename = join(__dirname, name);
  const module = { exports: {} };
  loaded.set(name, module);
  const names = ['exports', 'require', 'module', '__filename', '__dirname'];
  const bytes = readFileSync(filename);
  const source = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const run = compileFunction(source, names, { filename });
  run.call(module.exports, module.exports, require, module, filename, __dirname);
  return module.exports;
}`;

/** Stands for a function or a class, with or without `new`. */
function standIn(name: string, file: string): string {
  return `export function ${name}(...args) {
  const real = load('${file}.js').${name};
  return new.target ? new real(...args) : real(...args);
}`;
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
