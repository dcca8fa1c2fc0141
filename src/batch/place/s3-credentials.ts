/**
 * Where the keys for S3 come from, in the order of Amazon's own tools: variables, the shared files, then the role of the
 * container or the instance where that is permitted.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PictorError } from '../../errors.ts';

export type S3Environment = Readonly<Record<string, string | undefined>>;

/** Keys, and the region that requests are signed for. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  /** Milliseconds since 1970; undefined when they do not expire. */
  readonly expiresMs?: number;
}

/**
 * Finds the keys.
 *
 * @throws CONFIG_INVALID when there are none
 */
export async function s3Credentials(env: S3Environment): Promise<S3Credentials> {
  const profile = env.AWS_PROFILE || 'default';
  const shared = await section(env.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), '.aws', 'credentials'), [
    profile,
  ]);
  const config = await section(env.AWS_CONFIG_FILE || join(homedir(), '.aws', 'config'), [
    profile,
    `profile ${profile}`,
  ]);
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || config.region || 'us-east-1';
  const fromVariables = env.AWS_ACCESS_KEY_ID !== undefined && env.AWS_ACCESS_KEY_ID !== '';
  const accessKeyId = fromVariables
    ? env.AWS_ACCESS_KEY_ID
    : (shared.aws_access_key_id ?? config.aws_access_key_id);
  const secretAccessKey = fromVariables
    ? env.AWS_SECRET_ACCESS_KEY
    : (shared.aws_secret_access_key ?? config.aws_secret_access_key);
  const sessionToken = fromVariables
    ? env.AWS_SESSION_TOKEN
    : (shared.aws_session_token ?? config.aws_session_token);
  if (!accessKeyId || !secretAccessKey) {
    const { instanceCredentials, PERMISSION } = await import('./instance-credentials.ts');
    if (env[PERMISSION] === '1' && env.AWS_EC2_METADATA_DISABLED !== 'true') {
      return { ...(await instanceCredentials(env)), region };
    }
    throw new PictorError('CONFIG_INVALID', {
      expected: 'credentials for S3',
      received: 'none',
      fix: `Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write the profile ${profile} into ~/.aws/credentials, or set ${PERMISSION}=1 to use the role of this machine`,
    });
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }), region };
}

/** The first of some sections of an INI file that is there. */
async function section(path: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[([^\]]{1,200})\]\s*$/.exec(line)?.[1]?.trim();
    if (head !== undefined) {
      current = {};
      sections.set(head, current);
      continue;
    }
    const at = line.indexOf('=');
    if (current && at > 0 && !/^\s*[#;]/.test(line))
      current[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  for (const name of names) {
    const found = sections.get(name);
    if (found) return found;
  }
  return {};
}
