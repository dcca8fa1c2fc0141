import type { z } from 'zod';
import { PictorError } from '../../errors.ts';

/** Kind of a value that is written as text. */
type Kind = 'text' | 'number' | 'boolean' | 'list' | 'origins';

interface Variable {
  /** Where the value belongs in the configuration. */
  readonly path: readonly [string, ...string[]];
  readonly kind: Kind;
}

/** Every variable of the server. Keys themselves come from `PICTOR_KEYS`. */
export const VARIABLES: Readonly<Record<string, Variable>> = {
  // Platforms that run containers say the port like this; PICTOR_PORT wins.
  PORT: { path: ['port'], kind: 'number' },
  PICTOR_HOST: { path: ['host'], kind: 'text' },
  PICTOR_PORT: { path: ['port'], kind: 'number' },
  PICTOR_MODELS: { path: ['models'], kind: 'list' },
  PICTOR_PULL: { path: ['pull'], kind: 'boolean' },
  PICTOR_AUTH: { path: ['auth'], kind: 'text' },
  PICTOR_KEYS_FILE: { path: ['keysFile'], kind: 'text' },
  PICTOR_URLS: { path: ['urls'], kind: 'boolean' },
  PICTOR_ALLOW_HOSTS: { path: ['allowHosts'], kind: 'list' },
  PICTOR_BASE_PATH: { path: ['basePath'], kind: 'text' },
  PICTOR_CORS: { path: ['cors'], kind: 'origins' },
  PICTOR_PROTOCOLS: { path: ['protocols'], kind: 'list' },
  PICTOR_MAX_BODY_BYTES: { path: ['limits', 'maxBodyBytes'], kind: 'number' },
  PICTOR_BODY_TIMEOUT_MS: { path: ['limits', 'bodyTimeoutMs'], kind: 'number' },
  PICTOR_MAX_BUFFERED_BYTES: { path: ['limits', 'maxBufferedBytes'], kind: 'number' },
  PICTOR_MAX_CONNECTIONS: { path: ['maxConnections'], kind: 'number' },
  PICTOR_MAX_IN_FLIGHT: { path: ['limits', 'maxInFlight'], kind: 'number' },
  PICTOR_DEADLINE_MS: { path: ['limits', 'deadlineMs'], kind: 'number' },
  PICTOR_MAX_IMAGE_BYTES: { path: ['limits', 'image', 'maxBytes'], kind: 'number' },
  PICTOR_MAX_IMAGE_PIXELS: { path: ['limits', 'image', 'maxPixels'], kind: 'number' },
  PICTOR_BACKEND: { path: ['engine', 'backend'], kind: 'text' },
  PICTOR_PREPROCESSING: { path: ['engine', 'preprocessing'], kind: 'text' },
  PICTOR_WORKERS: { path: ['engine', 'workers'], kind: 'number' },
  PICTOR_THREADS: { path: ['engine', 'intraOpThreads'], kind: 'number' },
  PICTOR_CACHE_ENTRIES: { path: ['engine', 'cache', 'maxEntries'], kind: 'number' },
  PICTOR_JOBS_FOLDER: { path: ['jobs', 'folder'], kind: 'text' },
  PICTOR_GRACE_MS: { path: ['graceMs'], kind: 'number' },
  PICTOR_LOG_LEVEL: { path: ['log', 'level'], kind: 'text' },
  PICTOR_LOG_FORMAT: { path: ['log', 'format'], kind: 'text' },
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** A tree of settings before it is checked. */
export interface Settings {
  [name: string]: Settings | z.core.util.JSONType | undefined;
}

/**
 * The settings that the environment holds. Variables that are empty count as absent.
 *
 * @param env e.g. `process.env`
 * @throws CONFIG_INVALID for text that is no number, no boolean
 */
export function settingsOf(env: Environment): Settings {
  const settings: Settings = {};
  for (const [name, { path, kind }] of Object.entries(VARIABLES)) {
    const text = env[name]?.trim();
    if (text === undefined || text === '') continue;
    place(settings, path, parsed(name, text, kind));
  }
  return settings;
}

function parsed(name: string, text: string, kind: Kind): string | number | boolean | string[] {
  if (kind === 'text') return text;
  if (kind === 'number') {
    const number = Number(text);
    if (Number.isFinite(number)) return number;
    throw new PictorError('CONFIG_INVALID', { expected: `${name} to be a number`, received: text });
  }
  if (kind === 'boolean') {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    if (/^(false|0|no|off)$/i.test(text)) return false;
    throw new PictorError('CONFIG_INVALID', { expected: `${name} to be true or false`, received: text });
  }
  if (kind === 'origins' && text === '*') return text;
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

function place(settings: Settings, [head, ...rest]: readonly string[], value: Settings[string]): void {
  if (head === undefined) return;
  if (rest.length === 0) {
    settings[head] = value;
    return;
  }
  const inner = settings[head];
  const branch: Settings = isBranch(inner) ? inner : {};
  settings[head] = branch;
  place(branch, rest, value);
}

/** Whether a value holds further settings. */
export function isBranch(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
