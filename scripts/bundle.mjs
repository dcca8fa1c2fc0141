// Writes dist/bundle/: what the package's doors open on. A program that starts reads a few files in place of two hundred
// and fifty, zod's among them, of which it needs a quarter. The modules stay beside it in dist/, for `pictor pack`, which
// takes what a function needs of them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * By the name of the file, which package.json (and, for the worker, `engine/worker/spawn.ts`) knows. What is in one
 * process is bundled together, so that its parts share their modules.
 */
const PROCESSES = [
  {
    index: 'index',
    server: 'server/index',
    convert: 'convert/index',
    'functions-scf': 'platforms/scf/runtime/index',
    'functions-lambda': 'platforms/lambda/runtime/index',
    'functions-fc': 'platforms/fc/runtime/index',
    'functions-functiongraph': 'platforms/functiongraph/runtime/index',
    'functions-gcf': 'platforms/gcf/runtime/index',
    'functions-azure': 'platforms/azure/runtime/index',
    'functions-container': 'platforms/container/runtime/index',
  },
  { cli: 'cli/main' },
  { main: 'engine/worker/main' },
  { 'fine-tune-process': 'training/fine-tune/process/fine-tune-process' },
];
/** Libraries that go in: nothing of theirs is shared with the program that imports Pictor. */
const INSIDE = ['zod'];

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist/bundle`;
rmSync(outdir, { recursive: true, force: true });

for (const doors of PROCESSES) {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(doors).map(([name, path]) => [name, `dist/${path}.js`])),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // All on one level: files of the package are found relative to a file two folders below its root.
    chunkNames: '[name]-[hash]',
    logLevel: 'warning',
    plugins: [
      {
        name: 'libraries',
        setup(builder) {
          builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || INSIDE.includes(path) ? undefined : { path, external: true },
          );
        },
      },
    ],
  });
}

const licences = INSIDE.map(
  (name) => `${name}\n\n${readFileSync(`${root}node_modules/${name}/LICENSE`, 'utf8')}`,
);
writeFileSync(`${outdir}/LICENSES.txt`, licences.join('\n\n'));
