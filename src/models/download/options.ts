/**
 * How downloads behave, resolved once from the environment.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import type { Environment } from '../locations.ts';
import type { Credentials } from './address.ts';

/** Everything a download depends on besides the file itself. */
export interface DownloadOptions {
  /** No connection is ever opened. */
  readonly offline: boolean;
  /** Tried before the manifest's own addresses: prefixes, or templates with `{url}`. */
  readonly mirrors: readonly string[];
  /** What stands for `https://huggingface.co`. */
  readonly huggingFace: string;
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
  /** User and password that came with the address of a model. */
  readonly credentials?: Credentials;
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly stallMs: number;
  /** Attempts in a row without progress before the next address is tried. */
  readonly attempts: number;
  /** Milliseconds of the first pause between attempts; each further one may be twice as long. */
  readonly backoffMs: number;
  /** Longest pause in milliseconds, also for a server that asks for more. */
  readonly maxBackoffMs: number;
}

export const DEFAULT_HUGGING_FACE = 'https://huggingface.co';

/** What a caller may set; the rest comes from the environment. */
export type DownloadTuning = Partial<
  Pick<DownloadOptions, 'stallMs' | 'attempts' | 'backoffMs' | 'maxBackoffMs'>
>;

/**
 * Reads `PICTOR_OFFLINE`, `PICTOR_MODEL_MIRROR`, `HF_ENDPOINT` and the proxy variables (lower case wins).
 *
 * @param env environment variables
 * @param tuning time limits (defaults: 30 s without a byte, 5 attempts, pauses from 0.5 s to 30 s)
 * @param credentials that came with the address of the model
 * @throws CONFIG_INVALID when an address among them cannot be used
 */
export function resolveDownloadOptions(
  env: Environment,
  tuning: DownloadTuning = {},
  credentials?: Credentials,
): DownloadOptions {
  const mirrors = (env.PICTOR_MODEL_MIRROR ?? '').split(/[\s,]+/).filter(Boolean);
  for (const mirror of mirrors) requireHttp('PICTOR_MODEL_MIRROR', mirror.replace('{url}', ''));
  const huggingFace = (env.HF_ENDPOINT || DEFAULT_HUGGING_FACE).replace(/\/+$/, '');
  requireHttp('HF_ENDPOINT', huggingFace);
  const proxy = (name: string) => env[name.toLowerCase()] ?? env[name] ?? '';
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) if (proxy(name)) requireHttp(name, proxy(name));
  return {
    offline: isOn(env.PICTOR_OFFLINE),
    mirrors,
    huggingFace,
    httpProxy: proxy('HTTP_PROXY'),
    httpsProxy: proxy('HTTPS_PROXY'),
    noProxy: proxy('NO_PROXY'),
    stallMs: tuning.stallMs ?? 30_000,
    attempts: tuning.attempts ?? 5,
    backoffMs: tuning.backoffMs ?? 500,
    maxBackoffMs: tuning.maxBackoffMs ?? 30_000,
    ...(credentials && { credentials }),
  };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.trim().toLowerCase());
}

function requireHttp(name: string, value: string): void {
  if (/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : '')) return;
  // Without a scheme, user and password cannot be told from the rest: `user:secret@proxy:8080`.
  const safe = value.includes('@') ? `…@${value.slice(value.lastIndexOf('@') + 1)}` : value;
  throw new PictorError('CONFIG_INVALID', {
    expected: `an http or https address in ${name}`,
    received: JSON.stringify(safe),
  });
}
