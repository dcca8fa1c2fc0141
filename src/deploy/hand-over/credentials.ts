/**
 * Whether a platform's tool will find credentials. Only whether: nothing is read out of the files.
 *
 * @module
 */
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { CredentialPlace, Credentials } from '../../platforms/shared/tool.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The first place that has credentials, in words.
 *
 * @param folder of the deployment
 * @throws DEPLOY_FAILED with the variables and files that were looked for
 */
export async function requireCredentials(
  credentials: Credentials,
  env: Environment,
  folder: string,
): Promise<string> {
  for (const place of credentials.places) {
    const found = await look(place, env, folder);
    if (found !== undefined) return found;
  }
  const looked = credentials.places.map((place) => describe(place, env, folder));
  throw new PictorError('DEPLOY_FAILED', {
    expected: `credentials for ${credentials.title} (${looked.join(', or ')})`,
    received: 'none',
    fix: credentials.fix,
  });
}

async function look(place: CredentialPlace, env: Environment, folder: string): Promise<string | undefined> {
  switch (place.kind) {
    case 'variables':
      return place.names.every((name) => env[name]) ? describe(place, env, folder) : undefined;
    case 'suffix':
      return Object.keys(env).find((name) => name.endsWith(place.suffix) && env[name]);
    default: {
      const path = pathOf(place, env, folder);
      return access(path).then(
        () => path,
        () => undefined,
      );
    }
  }
}

function describe(place: CredentialPlace, env: Environment, folder: string): string {
  switch (place.kind) {
    case 'variables':
      return place.names.join(' and ');
    case 'suffix':
      return `a variable …${place.suffix}`;
    default:
      return pathOf(place, env, folder);
  }
}

function pathOf(
  place: Extract<CredentialPlace, { kind: 'file' | 'beside' }>,
  env: Environment,
  folder: string,
): string {
  if (place.kind === 'beside') return join(folder, place.path);
  const named = place.folder && env[place.folder.variable];
  if (place.folder && named) return join(named, place.folder.path);
  return join(env['HOME'] || homedir(), place.path);
}
