// Finishes what tsc leaves: data files that lie beside the sources, and the program's mode.
import { chmodSync, cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
cpSync(`${root}src`, `${root}dist`, {
  recursive: true,
  filter: (source) => !/\.(ts|tsx)$/.test(source),
});
chmodSync(`${root}dist/cli/main.js`, 0o755);
