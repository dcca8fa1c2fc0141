// Removes what no door's types lead to from dist/types: tsc writes the declarations of everything that it reads.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist/types');
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const reached = new Set();

function reach(file) {
  if (reached.has(file)) return;
  if (!existsSync(file)) throw new Error(`${file} is imported by the types, and is not there`);
  reached.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, path] of text.matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)['"]/g)) {
    reach(resolve(dirname(file), path.replace(/\.[jt]s$/, '.d.ts')));
  }
}
for (const { types } of Object.values(exports)) if (types) reach(join(root, types));

for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  const file = join(folder, name);
  if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
}
