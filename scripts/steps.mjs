// Steps that make the package: each says what it does and how long it took, so that nobody waits in front of a silent
// terminal. What one prints is shown when it fails, or when it says something.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs commands at the same time; ends the program when one fails.
 *
 * @param {Readonly<Record<string, readonly string[]>>} steps by what they make: files that Node.js runs one after another
 */
export async function runSteps(steps) {
  const failed = await Promise.all(
    Object.entries(steps).map(async ([what, commands]) => {
      const begin = performance.now();
      console.log(`  ${what} …`);
      for (const command of commands) {
        const { code, output } = await run(command.split(' '));
        if (output) console.log(output);
        if (code !== 0) return true;
      }
      console.log(`  ${what}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
      return false;
    }),
  );
  if (failed.includes(true)) process.exit(1);
}

/** @param {readonly string[]} args of Node.js */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}

const TSC = 'node_modules/typescript/bin/tsc -p tsconfig.build.json';

/** dist/: the code and its types. */
export const BUILD = {
  'dist/types: declarations for TypeScript': [TSC, 'scripts/prune-types.mjs'],
  'dist/bundle: the code': ['scripts/bundle.mjs', 'scripts/onnxruntime.mjs'],
  'dist/web: the studio': ['scripts/build-web.mjs'],
};

/** models/. */
export const EMBED = {
  'models: those that the package carries': ['--import tsx scripts/embed-models.ts'],
};
