// Removes what no door's types lead to from dist/types: tsc writes the declarations of everything that it reads.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
for (const door of Object.values(exports)) if (door.import) reach(join(root, door.import.types));

for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  const file = join(folder, name);
  if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
}

// The same declarations for those who `require`: beside a package.json that says so, they are CommonJS.
cpSync(folder, join(root, 'dist/cjs/types'), { recursive: true });
