// Copies what tsc does not: data files that lie beside the sources.
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
cpSync(`${root}src`, `${root}dist`, {
  recursive: true,
  filter: (source) => !/\.(ts|tsx)$/.test(source),
});
