import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { complaintsAbout, examplesIn } from './support/examples-in-comments.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('every @example in a comment compiles against what it is about', { timeout: 180_000 }, () => {
  const examples = examplesIn(`${root}src`);
  expect(examples.length).toBeGreaterThan(40);
  expect(complaintsAbout(examples, root, `${root}test/support/example-context.ts`)).toEqual([]);
});
