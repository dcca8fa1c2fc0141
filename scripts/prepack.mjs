// What `npm pack` and `npm publish` run first: builds everything, puts the inference library in, and takes out of
// package.json what only a checkout needs (a `prepare` script would make npm warn whoever installs the package).
// scripts/postpack.mjs puts package.json back; so does the next `npm pack` when one was cut off.
//
//   node scripts/prepack.mjs --built    takes dist/ and models/ as they are
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { MANIFEST, restore, SAVED } from './postpack.mjs';
import { BUILD, EMBED, runSteps } from './steps.mjs';

restore();
if (!process.argv.includes('--built')) {
  rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
  await runSteps({ ...BUILD, ...EMBED });
}
await runSteps({
  'dist/onnxruntime-node: the inference library': ['scripts/onnxruntime.mjs --copy'],
  'dist/sbom.cdx.json: the list of components': ['scripts/sbom.mjs'],
});

copyFileSync(MANIFEST, SAVED);
const {
  scripts: _,
  devDependencies: __,
  allowScripts: ___,
  overrides: ____,
  ...published
} = JSON.parse(readFileSync(MANIFEST, 'utf8'));
writeFileSync(MANIFEST, `${JSON.stringify(published, null, 2)}\n`);
