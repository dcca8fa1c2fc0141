// Finishes dist/: copies what tsc does not, data files that lie beside the sources, and checks what it wrote.
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
cpSync(`${root}src`, `${root}dist`, {
  recursive: true,
  filter: (source) => !/\.(ts|tsx)$/.test(source),
});

// TypeScript 6.0 does not rewrite `import('./x.ts')` in a function whose `await using` it lowers.
const left = readdirSync(`${root}dist`, { recursive: true, encoding: 'utf8' }).filter(
  (name) =>
    name.endsWith('.js') &&
    /\bimport\(['"]\.[^'"]*\.ts['"]\)/.test(readFileSync(`${root}dist/${name}`, 'utf8')),
);
if (left.length > 0) {
  console.error(
    `These files import TypeScript: ${left.join(', ')}. Move the import out of the function with \`await using\`.`,
  );
  process.exit(1);
}
