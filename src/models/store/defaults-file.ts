/**
 * Which models the user has chosen to answer when none is named: `defaults.json` in the store's folder.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import { MODEL_TASKS } from '../manifest/model-tasks.ts';
import type { DefaultModels } from '../types.ts';
import { makeFolder } from './make-folder.ts';
import { errorCode, storing } from './store-failure.ts';

const schema = z.partialRecord(z.enum(MODEL_TASKS), z.string().min(1));

/**
 * Reads the choices; none were made where there is no file.
 *
 * @throws MODEL_STORE_FAILED when the file cannot be read or was damaged: a choice is never ignored without a word
 */
export async function readDefaults(path: string): Promise<DefaultModels> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new PictorError('MODEL_STORE_FAILED', {
      expected: `{"<task>": "<model>"} in ${path}`,
      received: text.slice(0, 100),
      fix: 'Delete that file and choose again: pictor models default <model>',
      cause,
    });
  }
}

/** Replaces the file as a whole, so that no reader ever sees half of it. */
export async function writeDefaults(path: string, defaults: DefaultModels): Promise<void> {
  const folder = dirname(path);
  const draft = `${path}.${randomUUID()}`;
  await storing(folder, async () => {
    await makeFolder(folder);
    try {
      await writeFile(draft, `${JSON.stringify(defaults, null, 2)}\n`);
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  });
}
