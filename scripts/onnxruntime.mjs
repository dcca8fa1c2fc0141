// Writes dist/onnxruntime-node/. The bundles load the inference library from there.
//
//   node scripts/onnxruntime.mjs           one line that loads the package which is installed beside (a checkout)
//   node scripts/onnxruntime.mjs --copy    the library itself (`npm pack`)
//
// The published package brings its own copy, because an installation of onnxruntime-node runs a script that downloads
// CUDA files: they are of no use to Pictor, and where they cannot be had the whole installation fails. Left out are that
// script, the second name of macOS's library, and Windows' libraries for graphics processors, which onnxruntime opens
// only when it is asked for one.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../dist/onnxruntime-node/', import.meta.url));
const LEFT_OUT = /^(libonnxruntime\.\d+\.\d+\.\d+\.dylib|DirectML\.dll|dxcompiler\.dll|dxil\.dll|.*\.map)$/;

rmSync(target, { recursive: true, force: true });
mkdirSync(`${target}dist`, { recursive: true });
if (process.argv.includes('--copy')) {
  const source = dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
  for (const part of ['dist', 'bin', 'README.md']) {
    cpSync(`${source}/${part}`, target + part, {
      recursive: true,
      filter: (path) => !LEFT_OUT.test(basename(path)),
    });
  }
  const { name, version, license, repository, main } = JSON.parse(
    readFileSync(`${source}/package.json`, 'utf8'),
  );
  writeFileSync(
    `${target}package.json`,
    `${JSON.stringify({ name, version, license, repository, main }, null, 2)}\n`,
  );
} else {
  writeFileSync(`${target}package.json`, '{ "type": "commonjs" }\n');
  writeFileSync(`${target}dist/index.js`, "module.exports = require('onnxruntime-node');\n");
}
