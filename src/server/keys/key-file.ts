/**
 * How keys are written down: a JSON or YAML list, or a short form in the environment.
 *
 * @module
 */
import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import type { Key } from './types.ts';

const scopes = z.enum(['infer', 'train', 'metrics', 'admin']);

const keySchema = z
  .strictObject({
    id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@:-]{0,127}$/, 'letters, digits and . _ @ : -'),
    secret: z.string().min(8, 'at least 8 characters').max(512).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'the SHA-256 of the secret as 64 hexadecimal digits')
      .optional(),
    publicKey: z.string().refine(isPublicKey, 'a public RSA key in PEM').optional(),
    scopes: z.array(scopes).min(1).default(['infer']),
    ratePerSecond: z.number().positive().optional(),
    burst: z.int().positive().optional(),
    concurrency: z.int().positive().optional(),
    notAfter: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ secret, sha256, publicKey }) => [secret, sha256, publicKey].filter(Boolean).length === 1, {
    message: 'one of `secret`, `sha256` and `publicKey`',
  });

/** One key as written. */
export type KeyInput = z.input<typeof keySchema>;

const keysSchema = z.union([z.array(keySchema), z.strictObject({ keys: z.array(keySchema) })]);

/** A key in memory: always its hash, and its secret where it was written plainly. */
export interface StoredKey {
  readonly key: Key;
  /** SHA-256 of the secret. */
  readonly hash: Buffer;
  readonly secret: string | undefined;
  /** PEM; of a key whose owner signs with a private key that is not known here. */
  readonly publicKey: string | undefined;
}

/**
 * Reads keys from JSON or YAML text: a list of keys, or an object with `keys`.
 *
 * @param text the file's content
 * @param origin named in errors; never the content itself, which holds secrets
 * @throws CONFIG_INVALID
 */
export function parseKeys(text: string, origin: string): StoredKey[] {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (cause) {
    throw new PictorError('CONFIG_INVALID', { expected: `${origin} to be JSON or YAML`, cause });
  }
  return storeKeys(value, origin);
}

/**
 * Reads keys from an environment variable: JSON or YAML text, or `id:secret[:scope+scope]` entries separated by commas
 * or line breaks.
 *
 * @param text the variable's value
 * @param origin named in errors
 * @throws CONFIG_INVALID
 */
export function parseKeysVariable(text: string, origin: string): StoredKey[] {
  if (/^\s*[[{-]/.test(text)) return parseKeys(text, origin);
  const entries = text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter(Boolean);
  const keys = entries.map((entry) => {
    const [id = '', secret = '', granted] = entry.split(':');
    return { id, secret, ...(granted ? { scopes: granted.split('+') } : {}) };
  });
  return storeKeys(keys, origin);
}

/**
 * Checks keys that were given as values.
 *
 * @throws CONFIG_INVALID
 */
export function storeKeys(value: unknown, origin: string): StoredKey[] {
  const parsed = keysSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues.flatMap((one) =>
      one.code === 'invalid_union' ? one.errors.flat() : [one],
    )[0];
    const where = issue?.path.join('.') || 'the keys';
    throw new PictorError('CONFIG_INVALID', {
      expected: `${origin}: \`${where}\` to be ${issue?.message ?? 'valid'}`,
      fix: 'See docs/keys.md',
    });
  }
  const list = Array.isArray(parsed.data) ? parsed.data : parsed.data.keys;
  const seen = new Set<string>();
  return list.map(({ secret, sha256, publicKey, notAfter, ...rest }) => {
    if (seen.has(rest.id)) {
      throw new PictorError('CONFIG_INVALID', { expected: `${origin}: every id once`, received: rest.id });
    }
    seen.add(rest.id);
    return {
      key: { ...rest, notAfter: notAfter === undefined ? undefined : Date.parse(notAfter) },
      hash: hashOf(secret, sha256),
      secret,
      publicKey,
    };
  });
}

/** A public key is no secret: where it is all there is, no secret may ever fit. */
function hashOf(secret: string | undefined, sha256: string | undefined): Buffer {
  if (secret !== undefined) return hashSecret(secret);
  return sha256 === undefined ? randomBytes(32) : Buffer.from(sha256, 'hex');
}

function isPublicKey(pem: string): boolean {
  // A private key would be taken as well, and does not belong into this file.
  if (pem.includes('PRIVATE')) return false;
  try {
    return createPublicKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** SHA-256 of a secret: keys are long random words, so no slow hash is needed. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
