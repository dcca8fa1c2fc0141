import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { PictorError } from '../../errors.ts';
import { isBranch, type Settings } from './environment.ts';

const NAMES = ['pictor.config.json', 'pictor.config.yaml', 'pictor.config.yml'] as const;

/**
 * The configuration file of a folder.
 *
 * @throws CONFIG_INVALID when there are several
 */
export async function findConfigurationFile(folder: string): Promise<string | undefined> {
  const found: string[] = [];
  for (const name of NAMES) {
    const path = join(folder, name);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) found.push(path);
  }
  if (found.length > 1) {
    throw new PictorError('CONFIG_INVALID', {
      expected: 'one configuration file',
      received: found.join(', '),
    });
  }
  return found[0];
}

/**
 * Reads a configuration file, JSON or YAML.
 *
 * @throws CONFIG_INVALID
 */
export async function readConfigurationFile(path: string): Promise<Settings> {
  let value: unknown;
  try {
    // JSON is YAML: one parser reads both.
    value = parseYaml(await readFile(path, 'utf8'));
  } catch (cause) {
    const received = cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause);
    throw new PictorError('CONFIG_INVALID', {
      expected: `${path} to be readable JSON or YAML`,
      received,
      cause,
    });
  }
  if (value === null || value === undefined) return {};
  if (isBranch(value)) return value;
  throw new PictorError('CONFIG_INVALID', {
    expected: `${path} to hold named settings`,
    received: typeof value,
  });
}
