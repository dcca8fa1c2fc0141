/**
 * Keys that a machine or a container has from its role. They come from addresses that lead into the machine's own network,
 * which pictures are never fetched from: only an explicit permission opens them, and only to this file.
 *
 * @module
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import { checkUrl } from '../../image/sources/fetch/guard.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that permits it. */
export const PERMISSION = 'PICTOR_S3_INSTANCE_CREDENTIALS';

const INSTANCE = 'http://169.254.169.254';
const CONTAINER = 'http://169.254.170.2';
/** Instance, task and pod metadata, and this machine itself. */
const METADATA = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
  'fd00:ec2::23',
  '127.0.0.1',
  '::1',
]);
const TIMEOUT_MS = 2_000;
const MAX_BYTES = 65_536;

const roleSchema = z.object({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().exactOptional(),
  Expiration: z.string().exactOptional(),
});

/** Keys of a role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since 1970; undefined when they do not expire. */
  readonly expiresMs?: number;
}

/**
 * Asks for the keys of the role: of the container where its variables say so, else of the instance.
 *
 * @param env `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `_FULL_URI`, `AWS_CONTAINER_AUTHORIZATION_TOKEN` or `_FILE`,
 *   `AWS_EC2_METADATA_SERVICE_ENDPOINT`
 * @throws CONFIG_INVALID when there is no role, or nothing answers
 */
export async function instanceCredentials(env: Environment): Promise<RoleCredentials> {
  const text = await askForRole(env).catch((cause: unknown) => {
    throw new PictorError('CONFIG_INVALID', {
      expected: 'the keys of a role from instance metadata',
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'Give the instance, task or pod a role that may use the bucket, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      cause,
    });
  });
  const { data } = roleSchema.safeParse(parsed(text));
  if (data === undefined) {
    throw new PictorError('CONFIG_INVALID', {
      expected: 'AccessKeyId and SecretAccessKey from instance metadata',
      received: 'an answer without them',
    });
  }
  const expiresMs = Date.parse(data.Expiration ?? '');
  return {
    accessKeyId: data.AccessKeyId,
    secretAccessKey: data.SecretAccessKey,
    ...(data.Token !== undefined && { sessionToken: data.Token }),
    ...(!Number.isNaN(expiresMs) && { expiresMs }),
  };
}

async function askForRole(env: Environment): Promise<string> {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (relative || full) {
    const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
    const token = file ? (await readFile(file, 'utf8')).trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
    return ask(new URL(relative ? CONTAINER + relative : (full ?? '')), {
      headers: token ? { authorization: token } : {},
    });
  }
  const base = env.AWS_EC2_METADATA_SERVICE_ENDPOINT || INSTANCE;
  const token = await ask(new URL('/latest/api/token', base), {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
  });
  const headers = { 'x-aws-ec2-metadata-token': token };
  const roles = '/latest/meta-data/iam/security-credentials/';
  const [role = ''] = (await ask(new URL(roles, base), { headers })).split('\n');
  return ask(new URL(roles + encodeURIComponent(role.trim()), base), { headers });
}

/** One question to an address of metadata. */
async function ask(url: URL, init: RequestInit): Promise<string> {
  // The guard of pictures, with this one door in it.
  checkUrl(url, { ports: [Number(url.port) || 80], allow: (address) => METADATA.has(address) });
  if (!METADATA.has(url.hostname.replace(/^\[|\]$/g, '')))
    throw new Error(`${url.host} is no address of metadata`);
  const response = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${response.status} from ${url.host}`);
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes from ${url.host}`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
