// What `npm ci` and `npm pack` run in a checkout: builds dist/ and models/. Without the development tools (an install
// with --omit=dev) there is nothing to build with, and that is no error.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const missing = ['typescript', 'tsx'].filter((name) => {
  try {
    require.resolve(`${name}/package.json`);
    return false;
  } catch {
    return true;
  }
});

if (missing.length > 0) {
  console.log(`prepare: nothing built, ${missing.join(' and ')} not installed`);
} else {
  for (const script of ['build', 'models:embed']) {
    const { status } = spawnSync(`npm run --silent ${script}`, { shell: true, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
}
