// What `npm ci` and `npm install` run in a checkout: builds dist/ and models/. Without the development tools (an install
// with --omit=dev) there is nothing to build with, and that is no error. `npm pack` has just run scripts/prepack.mjs.
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BUILD, EMBED, runSteps } from './steps.mjs';

const require = createRequire(import.meta.url);
const missing = ['typescript', 'tsx', 'vite', 'preact'].filter((name) => {
  try {
    require.resolve(`${name}/package.json`);
    return false;
  } catch {
    return true;
  }
});

if (['pack', 'publish'].includes(process.env.npm_command ?? '')) {
  // Nothing.
} else if (missing.length > 0) {
  console.log(`prepare: nothing built, ${missing.join(' and ')} not installed`);
} else {
  console.log('Building Pictor (half a minute):');
  rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
  await runSteps({ ...BUILD, ...EMBED });
}
