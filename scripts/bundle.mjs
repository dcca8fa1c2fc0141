// Writes dist/bundle/: what the package's doors open on, and what `pictor pack` and `pictor emulate` take parts from. All
// of it is one build, so that no code lies there twice; a program that starts reads a few files in place of hundreds.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist/bundle`;

const platforms = readdirSync(`${root}src/platforms`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .map(({ name }) => name);
const emulated = platforms.filter((id) => readdirSync(`${root}src/platforms/${id}`).includes('host.ts'));

/** Doors by the name that package.json has for them; processes by the one that their starter looks for beside itself. */
const DOORS = {
  index: 'index',
  server: 'server/index',
  convert: 'convert/index',
  training: 'training/index',
  cli: 'cli/main',
  worker: 'engine/worker/worker',
  'train-process': 'training/process/train-process',
  'fine-tune-process': 'training/fine-tune/process/fine-tune-process',
};

/** Found by their path in the sources: `sourceFile` of deploy/pack. */
const PARTS = [
  'deploy/emulate/runner',
  ...platforms.map((id) => `platforms/${id}/runtime/index`),
  ...['app', 'application', 'engine-session', 'thread-session', 'thread'].map(
    (name) => `deploy/pack/runtime/${name}`,
  ),
];

/** Libraries that go in: nothing of theirs is shared with the program that imports Pictor. */
const INSIDE = ['zod'];

/** Libraries that the package brings along: by their name in its `imports`. */
const NAMES = { 'onnxruntime-node': '#onnxruntime-node' };

const entries = { ...DOORS, ...Object.fromEntries(PARTS.map((path) => [path, path])) };
const shared = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
};

rmSync(outdir, { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, `src/${path}.ts`])),
  splitting: true,
  format: 'esm',
  chunkNames: '[name]-[hash]',
  plugins: [
    {
      name: 'libraries',
      setup(builder) {
        builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || INSIDE.includes(path)
            ? undefined
            : { path: NAMES[path] ?? path, external: true },
        );
      },
    },
  ],
});

// What the emulator starts in a platform's place: each one file, ready to run, so that emulating needs no bundler.
for (const id of emulated) {
  await build({
    ...shared,
    outdir: undefined,
    outfile: `${outdir}/platforms/${id}/runner.cjs`,
    format: 'cjs',
    stdin: {
      contents: `import { host } from './platforms/${id}/host.ts'; import { run } from './deploy/emulate/runner.ts'; run(host);`,
      resolveDir: `${root}src`,
    },
  });
}

const licences = INSIDE.map(
  (name) => `${name}\n\n${readFileSync(`${root}node_modules/${name}/LICENSE`, 'utf8')}`,
);
writeFileSync(`${outdir}/LICENSES.txt`, licences.join('\n\n'));
