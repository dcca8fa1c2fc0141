import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { isSeq, parseDocument, stringify, type YAMLSeq } from 'yaml';
import { PictorError } from '../../errors.ts';
import { type KeyInput, parseKeys, type StoredKey } from './key-file.ts';

/** Only its owner may read a file with secrets. */
const PRIVATE = 0o600;

/** A new secret: 256 bits, in letters that need no escaping anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Reads a key file.
 *
 * @throws CONFIG_INVALID
 */
export async function readKeyFile(file: string): Promise<StoredKey[]> {
  try {
    return parseKeys(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof PictorError) throw cause;
    throw new PictorError('CONFIG_INVALID', { expected: `a readable key file at ${file}`, cause });
  }
}

/**
 * Adds a key to a key file, which keeps its comments. A running server sees the old file or the new one, never a half.
 *
 * @param file made if it is not there; without one, only the text of the entry is made
 * @returns the new content
 * @throws CONFIG_INVALID when the file is wrong or has the id already; FILE_WRITE_FAILED
 */
export async function addKey(file: string | undefined, entry: KeyInput): Promise<string> {
  const before = file === undefined ? '' : await textOf(file);
  const text = before.trim() === '' ? stringify([entry]) : appended(before, entry, file ?? '');
  parseKeys(text, file ?? 'the entry');
  if (file === undefined) return text;
  const beside = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text, { mode: PRIVATE });
    await rename(beside, file);
  } catch (cause) {
    throw new PictorError('FILE_WRITE_FAILED', { received: file, cause });
  }
  return text;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new PictorError('CONFIG_INVALID', { expected: `a readable key file at ${file}`, cause });
  }
}

function appended(before: string, entry: KeyInput, file: string): string {
  parseKeys(before, file);
  const document = parseDocument(before);
  const keys: unknown = isSeq(document.contents) ? document.contents : document.get('keys');
  if (isSeq(keys)) (keys as YAMLSeq).add(document.createNode(entry));
  return file.endsWith('.json') ? `${JSON.stringify(document.toJS(), null, 2)}\n` : document.toString();
}
