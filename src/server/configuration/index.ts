import { resolve } from 'node:path';
import type { z } from 'zod';
import { PictorError } from '../../errors.ts';
import { type Environment, isBranch, type Settings, settingsOf, VARIABLES } from './environment.ts';
import { findConfigurationFile, readConfigurationFile } from './file.ts';
import { type Configuration, type ConfigurationInput, configurationSchema } from './schema.ts';

export type { Configuration, ConfigurationInput } from './schema.ts';

export interface ConfigurationSources {
  /** Wins over everything else. */
  readonly flags?: ConfigurationInput | undefined;
  /** Default: none; pass `process.env`. */
  readonly env?: Environment | undefined;
  /** Path of a configuration file; wins over `PICTOR_CONFIG` and over what lies in `folder`. */
  readonly file?: string | undefined;
  /** Where `pictor.config.{json,yaml,yml}` is looked for (default: nowhere). */
  readonly folder?: string | undefined;
}

/**
 * The configuration of a server: flags before environment before file before defaults.
 *
 * @throws CONFIG_INVALID, naming the setting and where it stands
 * @example
 * const { port } = await loadConfiguration({ env: process.env, folder: process.cwd(), flags: { port: 9000 } });
 */
export async function loadConfiguration(sources: ConfigurationSources = {}): Promise<Configuration> {
  const { flags = {}, env = {}, folder } = sources;
  const named = sources.file ?? (env['PICTOR_CONFIG'] || undefined);
  const file = named ?? (folder === undefined ? undefined : await findConfigurationFile(folder));
  const fromFile = file === undefined ? {} : await readConfigurationFile(resolve(file));
  const fromEnv = settingsOf(env);
  const parsed = configurationSchema.safeParse(merge(merge(fromFile, fromEnv), { ...flags } as Settings));
  if (parsed.success) return parsed.data;
  const issue = innermost(parsed.error.issues[0]);
  const path = issue?.path.map(String) ?? [];
  const origin = has({ ...flags } as Settings, path)
    ? 'the options'
    : has(fromEnv, path)
      ? (variableFor(path) ?? 'the environment')
      : (file ?? 'the configuration');
  throw new PictorError('CONFIG_INVALID', {
    expected: `\`${path.join('.') || 'settings'}\` in ${origin} to be valid (${issue?.message ?? ''})`,
    fix: 'See docs/server.md',
  });
}

/** Lists replace each other; branches are joined. */
function merge(below: Settings, above: Settings): Settings {
  const result: Settings = { ...below };
  for (const [name, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const under = result[name];
    result[name] = isBranch(value) && isBranch(under) ? merge(under, value) : value;
  }
  return result;
}

function has(settings: Settings, path: readonly string[]): boolean {
  let inner: unknown = settings;
  for (const name of path) {
    if (!isBranch(inner)) return inner !== undefined;
    inner = inner[name];
  }
  return path.length > 0 && inner !== undefined;
}

function variableFor(path: readonly string[]): string | undefined {
  const wanted = path.join('.');
  const matching = Object.entries(VARIABLES).filter(([, variable]) => variable.path.join('.') === wanted);
  return matching.at(-1)?.[0];
}

/** Of a value that fits none of several forms, the first form's complaint. */
function innermost(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors[0]?.[0];
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}
