import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PLATFORM_IDS } from '../../src/platforms/registry.ts';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));

/** A platform's id as a value that is compared with, switched on, or a key of a table. */
const ids = PLATFORM_IDS.join('|');
const COMPARED = new RegExp(
  `([!=]==?|case|includes\\() *['"](${ids})['"]|['"](${ids})['"] *[!=]==?|^\\s+['"]?(${ids})['"]?: *[[{('"]`,
  'm',
);

test.each([
  ["if (platform.id === 'scf') {", true],
  ["case 'azure':", true],
  ["  fc: { region: 'x' },", true],
  ['--kind web on scf', false],
])('%j is found: %s', (line, found) => {
  expect(COMPARED.test(line)).toBe(found);
});

test('no file outside platforms/ knows a platform by its id', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('platforms'),
  );
  expect(files.length).toBeGreaterThan(400);
  expect(files.filter((name) => COMPARED.test(readFileSync(join(SOURCE, name), 'utf8')))).toEqual([]);
});
