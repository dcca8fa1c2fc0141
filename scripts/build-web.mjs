// Writes dist/web/: the studio, as the server sends it. Names of its files carry a hash of what is in them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = `${root}dist/web`;

/** Everything that a browser may load, samples included, gzipped. */
const MOST_BYTES = 100_000;

await build({
  root: `${root}web`,
  base: '/web/',
  configFile: false,
  logLevel: 'warn',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    assetsDir: '.',
    // Small files would become data: addresses, which the policy of the page forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

const licence = readFileSync(`${root}node_modules/preact/LICENSE`, 'utf8');
writeFileSync(`${outDir}/LICENSES.txt`, `preact\n\n${licence}`);

let total = 0;
for (const name of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
  if (!/\.\w+$/.test(name) || name === 'LICENSES.txt') continue;
  total += gzipSync(readFileSync(`${outDir}/${name}`)).length;
}
console.log(`dist/web: ${(total / 1000).toFixed(1)} kB gzipped`);
if (total > MOST_BYTES) {
  console.error(`The studio may have ${MOST_BYTES / 1000} kB.`);
  process.exit(1);
}
