/**
 * One configuration file → everything that a deployment needs to know.
 *
 * @module
 */
import { resolve } from 'node:path';
import { memoryEnvironment } from '../../base/function-memory.ts';
import { PictorError } from '../../errors.ts';
import { DEFAULT_CLASSIFIER } from '../../models/catalogue/catalogue.ts';
import { openModelStore } from '../../models/store/store.ts';
import { platformOf } from '../../platforms/registry.ts';
import type { DeploySettings, Platform } from '../../platforms/shared/platform.ts';
import { runtimeFor } from '../../platforms/shared/runtimes.ts';
import { findConfigurationFile, readConfigurationFile } from '../../server/configuration/file.ts';
import { loadConfiguration } from '../../server/configuration/index.ts';
import { functionEnvironment } from './environment.ts';
import { type DeployInput, deploySchema } from './schema.ts';

export interface DeploySources {
  /** One of `PLATFORM_IDS`, or a definition. */
  readonly platform: string | Platform;
  /** Wins over the file. */
  readonly flags?: DeployInput | undefined;
  /** Path of the configuration file (default: `pictor.config.{json,yaml,yml}` of `folder`, if there is one). */
  readonly file?: string | undefined;
  readonly folder?: string | undefined;
}

/**
 * Reads the configuration file and decides everything: flags before the platform's section before `deploy` before
 * defaults. The server's settings become variables of the function.
 *
 * @throws PLATFORM_UNKNOWN, CONFIG_INVALID, OPTION_INVALID for a pair of platform and runtime that cannot work
 */
export async function loadDeploySettings(sources: DeploySources): Promise<DeploySettings> {
  const platform = platformOf(sources.platform);
  const { folder } = sources;
  const file = sources.file ?? (folder === undefined ? undefined : await findConfigurationFile(folder));
  const settings = file === undefined ? {} : await readConfigurationFile(resolve(file));
  const { models } = await loadConfiguration(file === undefined ? {} : { file });
  const section = parseSection(settings['deploy'] ?? {}, file);
  const { platforms, ...common } = section;
  const own = platforms?.[platform.id];
  const input: DeployInput = { ...common, ...own, ...sources.flags };
  const secrets = [...new Set([...(common.secrets ?? []), ...(own?.secrets ?? [])])];
  return decide(platform, input, {
    model: input.model ?? models[0] ?? (await openModelStore().defaults()).classify ?? DEFAULT_CLASSIFIER,
    secrets,
    environment: literal({
      ...functionEnvironment(settings, secrets),
      ...common.environment,
      ...own?.environment,
    }),
  });
}

/**
 * Values that every vendor's tool hands over as they are. Each tool replaces something inside a text (`${file(…)}` of
 * Serverless, `{{resolve:…}}` of CloudFormation, `$(…)` of Kubernetes), with the rights of whoever deploys, and they do not
 * agree on how to write it so that it stays.
 *
 * @throws CONFIG_INVALID
 */
function literal(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(environment)) {
    const found = /\$\{|\$\(|\{\{resolve:/.exec(value)?.[0];
    if (found === undefined) continue;
    throw new PictorError('CONFIG_INVALID', {
      expected: `\`deploy.environment.${name}\` to be plain text`,
      received: `\`${found}\`, which a deployment tool would replace`,
      fix: `Name it in \`deploy.secrets\` and set ${name} in the shell that deploys`,
    });
  }
  return environment;
}

function parseSection(value: unknown, file: string | undefined) {
  const parsed = deploySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new PictorError('CONFIG_INVALID', {
    expected: `\`${['deploy', ...(issue?.path ?? [])].join('.')}\` in ${file ?? 'the configuration'} to be valid (${issue?.message ?? ''})`,
    fix: 'See docs/platforms/README.md',
  });
}

function decide(
  platform: Platform,
  input: DeployInput,
  decided: Pick<DeploySettings, 'model' | 'secrets' | 'environment'>,
): DeploySettings {
  const { defaults } = platform;
  const node = input.node ?? defaults.node;
  const backend = input.backend ?? 'native';
  const memory = input.memory ?? 512;
  const settings: DeploySettings = {
    ...decided,
    environment: { ...memoryEnvironment(memory), ...decided.environment },
    platform,
    runtime: runtimeFor(platform, node, backend),
    tool: choice(platform, 'tool', Object.keys(platform.tools), input.tool),
    trigger: choice(platform, 'trigger', platform.triggers, input.trigger),
    name: input.name ?? 'pictor',
    region: input.region ?? defaults.region,
    ...(input.modelUrl !== undefined && { modelUrl: input.modelUrl }),
    memory,
    cpu: input.cpu ?? platform.cpu?.(memory) ?? 1,
    timeout: input.timeout ?? 30,
    node,
    arch: input.arch ?? 'x64',
    backend,
    kind: input.kind ?? 'event',
    ...(input.image !== undefined && { image: input.image }),
    ...(input.resourceGroup !== undefined && { resourceGroup: input.resourceGroup }),
    minInstances: input.minInstances ?? 0,
    maxInstances: input.maxInstances ?? 10,
    concurrency: input.concurrency ?? 8,
  };
  requireWithinPlatform(settings);
  return settings;
}

function choice(
  platform: Platform,
  what: string,
  offered: readonly string[],
  wanted: string | undefined,
): string {
  const found = wanted === undefined ? offered[0] : offered.find((one) => one === wanted);
  if (found !== undefined) return found;
  throw new PictorError('OPTION_INVALID', {
    expected: `${what} to be ${offered.join(' or ')} on ${platform.id}`,
    received: wanted ?? 'none',
  });
}

function requireWithinPlatform(settings: DeploySettings): void {
  const { platform, memory, timeout, tool, arch } = settings;
  const refuse = (expected: string, received: string) => {
    throw new PictorError('OPTION_INVALID', { expected: `${expected} on ${platform.id}`, received });
  };
  if (platform.memory?.fits(memory) === false) refuse(`memory to be ${platform.memory.says}`, String(memory));
  const { timeoutSeconds } = platform.limits;
  if (timeout > timeoutSeconds) refuse(`timeout to be at most ${timeoutSeconds} s`, `${timeout} s`);
  const longest = platform.tools[tool]?.timeoutSeconds ?? timeoutSeconds;
  if (timeout > longest) refuse(`timeout to be at most ${longest} s with ${tool}`, `${timeout} s`);
  if (!platform.archs.includes(arch)) refuse(`arch to be ${platform.archs.join(' or ')}`, arch);
  const missing = platform.required?.find(({ setting }) => settings[setting] === undefined);
  if (missing) {
    const { expected, fix } = missing;
    throw new PictorError('OPTION_INVALID', { expected, received: 'none', fix });
  }
}
