import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));

/** Folder of real models and photographs: `PICTOR_TEST_DATA`, or `../shared/data` beside the checkout. */
export const DATA_FOLDER = process.env.PICTOR_TEST_DATA ?? resolve(here, '../../../shared/data');

/** Whether the test data are on this machine. */
export const hasData = existsSync(DATA_FOLDER);

/** Path of one item of the test data. */
export function dataPath(...parts: string[]): string {
  return join(DATA_FOLDER, ...parts);
}

/** A `describe` that skips, loudly, where the test data are absent. */
export function describeWithData(name: string, body: () => void): void {
  if (!hasData) console.warn(`SKIPPED without test data (${DATA_FOLDER}): ${name}`);
  describe.skipIf(!hasData)(name, body);
}
