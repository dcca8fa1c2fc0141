// Writes dist/bundle/: what the package's doors open on, and what `pictor pack` and `pictor emulate` take parts from. All
// of it is one build, so that no code lies there twice; a program that starts reads a few files in place of hundreds.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
/** One place for both: what is not ours stays outside. */
const libraries = {
  name: 'libraries',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || INSIDE.includes(path)
        ? undefined
        : { path: NAMES[path] ?? path, external: true },
    );
  },
};

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
  plugins: [libraries],
});

// The same for those who `require`: CommonJS programs on any Node.js, Jest, older TypeScript. One file, so that its doors
// share what they have; processes and files are those of dist/bundle/.
const commonjs = `${root}dist/cjs`;
mkdirSync(commonjs, { recursive: true });
writeFileSync(`${commonjs}/package.json`, '{ "type": "commonjs" }\n');
const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const doors = Object.entries(exports).flatMap(([door, { require: file, import: module } = {}]) =>
  file === undefined
    ? []
    : [{ name: door.replace(/\W+/g, '_'), file: file.default, source: sourceOf(module.default) }],
);
await build({
  ...shared,
  outdir: undefined,
  outfile: `${commonjs}/pictor.js`,
  format: 'cjs',
  define: { 'import.meta.url': '__pictor_url' },
  banner: {
    js: "const __pictor_url = require('node:url').pathToFileURL(require('node:path').join(__dirname, '../bundle/index.js')).href;",
  },
  stdin: {
    contents: doors.map(({ name, source }) => `export * as ${name} from './${source}';`).join('\n'),
    resolveDir: `${root}src`,
  },
  plugins: [libraries],
});
for (const { name, file, source } of doors) {
  // The names are written out: `import` from an ES module reads them without running the file.
  const names = Object.keys(
    await import(new URL(`../dist/bundle/${bundleOf(source)}`, import.meta.url).href),
  ).sort();
  const lines = names.map((one) => `exports.${one} = door.${one};`);
  writeFileSync(`${root}${file}`, `const door = require('./pictor.js').${name};\n${lines.join('\n')}\n`);
}

/** The source of a bundle, from the name that package.json has for it. */
function sourceOf(bundle) {
  const name = bundle.replace('./dist/bundle/', '').replace(/\.js$/, '');
  return `${entries[name]}.ts`;
}

function bundleOf(source) {
  const path = source.replace(/\.ts$/, '');
  return `${Object.keys(entries).find((name) => entries[name] === path)}.js`;
}

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
