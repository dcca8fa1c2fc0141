/**
 * Whether the files of a model are the ones its manifest names.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { PlacedManifest } from '../manifest/manifest-file.ts';
import { type HashOptions, hashFile } from './file-hash.ts';

/** What may be wrong with one file. */
export interface FileProblem {
  readonly code: 'MODEL_NOT_LOCAL' | 'MODEL_HASH_MISMATCH';
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}

interface CheckOptions extends HashOptions {
  /** Presence and size only: the content is verified elsewhere. */
  readonly sizeOnly?: boolean;
}

/**
 * Compares every file of a model with its manifest: presence, size, SHA-256.
 *
 * @returns one entry for each file that differs; empty when all is well
 */
export async function findProblems(
  placed: PlacedManifest,
  options: CheckOptions = {},
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  for (const [index, file] of placed.manifest.files.entries()) {
    const path = index === 0 ? placed.path : resolve(placed.folder, file.path);
    const problem = await checkFile(path, file, options);
    if (problem) problems.push(problem);
  }
  return problems;
}

/** One file against its recorded size and hash. */
export async function checkFile(
  path: string,
  { bytes, sha256 }: Pick<Manifest['files'][number], 'bytes' | 'sha256'>,
  options: CheckOptions = {},
): Promise<FileProblem | undefined> {
  const size = await sizeOf(path);
  if (size === undefined) {
    return { code: 'MODEL_NOT_LOCAL', path, expected: `a file at ${path}`, received: 'none' };
  }
  if (size !== bytes) {
    return { code: 'MODEL_HASH_MISMATCH', path, expected: `${bytes} bytes in ${path}`, received: `${size}` };
  }
  if (options.sizeOnly) return undefined;
  const found = await hashFile(path, options);
  if (found === sha256) return undefined;
  return { code: 'MODEL_HASH_MISMATCH', path, expected: `sha256 ${sha256} for ${path}`, received: found };
}

/** Throws the first problem of a model, if there is one. */
export async function requireIntact(
  placed: PlacedManifest,
  fix: string,
  options: CheckOptions = {},
): Promise<void> {
  const [problem] = await findProblems(placed, options);
  if (!problem) return;
  const { code, expected, received } = problem;
  throw new PictorError(code, { expected, received, fix });
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}
