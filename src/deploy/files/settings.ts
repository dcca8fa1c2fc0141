/**
 * One configuration file → everything that a deployment needs to know.
 *
 * @module
 */
import { resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import { type Platform, type PlatformId, platformOf, runtimeFor } from '../../platforms/registry.ts';
import { findConfigurationFile, readConfigurationFile } from '../../server/configuration/file.ts';
import { loadConfiguration } from '../../server/configuration/index.ts';
import { functionEnvironment } from './environment.ts';
import { type DeployInput, deploySchema } from './schema.ts';
import type { DeploySettings, ToolId } from './types.ts';

interface PlatformDefaults {
  readonly region: string;
  readonly node: number;
  /** The first is the default. */
  readonly tools: readonly [ToolId, ...ToolId[]];
  /** The first is the default. */
  readonly triggers: readonly [string, ...string[]];
}

const DEFAULTS: Readonly<Record<PlatformId, PlatformDefaults>> = {
  scf: { region: 'ap-guangzhou', node: 20, tools: ['scf'], triggers: ['url', 'apigw'] },
  lambda: {
    region: 'us-east-1',
    node: 22,
    tools: ['serverless', 'sam'],
    triggers: ['url', 'http', 'rest'],
  },
  fc: { region: 'cn-hangzhou', node: 20, tools: ['s'], triggers: ['http'] },
  functiongraph: { region: 'cn-north-4', node: 20, tools: ['s'], triggers: ['apig'] },
  gcf: { region: 'us-central1', node: 22, tools: ['gcloud'], triggers: ['http'] },
  azure: { region: 'westeurope', node: 22, tools: ['az'], triggers: ['http'] },
  container: {
    region: 'us-central1',
    node: 22,
    tools: ['knative', 'cloud-run', 'kubernetes'],
    triggers: ['http'],
  },
};

export interface DeploySources {
  /** One of `PLATFORM_IDS`. */
  readonly platform: string;
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
    model: input.model ?? models[0] ?? 'squeezenet',
    secrets,
    environment: {
      ...functionEnvironment(settings, secrets),
      ...common.environment,
      ...own?.environment,
    },
  });
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
  const defaults = DEFAULTS[platform.id];
  const node = input.node ?? defaults.node;
  const backend = input.backend ?? 'native';
  const memory = input.memory ?? 512;
  const settings: DeploySettings = {
    ...decided,
    platform,
    runtime: runtimeFor(platform, node, backend),
    tool: choice(platform, 'tool', defaults.tools, input.tool),
    trigger: choice(platform, 'trigger', defaults.triggers, input.trigger),
    name: input.name ?? 'pictor',
    region: input.region ?? defaults.region,
    ...(input.modelUrl !== undefined && { modelUrl: input.modelUrl }),
    memory,
    cpu: input.cpu ?? defaultCpu(platform, memory),
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

/** Function Compute wants at most one processor for each GiB; containers get a whole one. */
function defaultCpu(platform: Platform, memory: number): number {
  return platform.id === 'fc' ? Math.max(0.05, Math.floor(memory / 1024 / 0.05) * 0.05) : 1;
}

function choice<Value extends string>(
  platform: Platform,
  what: string,
  offered: readonly [Value, ...Value[]],
  wanted: string | undefined,
): Value {
  if (wanted === undefined) return offered[0];
  const found = offered.find((one) => one === wanted);
  if (found !== undefined) return found;
  throw new PictorError('OPTION_INVALID', {
    expected: `${what} to be ${offered.join(' or ')} on ${platform.id}`,
    received: wanted,
  });
}

/** MiB that a platform sells: a step and a ceiling, or a list. */
const MEMORIES: Partial<
  Record<PlatformId, { readonly says: string; readonly fits: (mib: number) => boolean }>
> = {
  scf: { says: '128 to 3072 in steps of 128', fits: (mib) => mib % 128 === 0 && mib <= 3072 },
  lambda: { says: '128 to 10240', fits: (mib) => mib <= 10_240 },
  fc: { says: '128 to 32768 in steps of 64', fits: (mib) => mib % 64 === 0 },
  functiongraph: {
    says: '128, or 256 to 4096 in steps of 256 or 512',
    fits: (mib) => mib === 128 || (mib % 256 === 0 && mib <= 4096),
  },
};

function requireWithinPlatform({
  platform,
  memory,
  timeout,
  tool,
  image,
  resourceGroup,
  ...rest
}: DeploySettings) {
  const refuse = (expected: string, received: string) => {
    throw new PictorError('OPTION_INVALID', { expected: `${expected} on ${platform.id}`, received });
  };
  const sold = MEMORIES[platform.id];
  if (sold && !sold.fits(memory)) refuse(`memory to be ${sold.says}`, String(memory));
  const { timeoutSeconds } = platform.limits;
  if (timeout > timeoutSeconds) refuse(`timeout to be at most ${timeoutSeconds} s`, `${timeout} s`);
  if (tool === 'knative' && timeout > 600) refuse('timeout to be at most 600 s with knative', `${timeout} s`);
  if (!platform.archs.includes(rest.arch)) refuse(`arch to be ${platform.archs.join(' or ')}`, rest.arch);
  if (platform.id === 'container' && image === undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'an image with its registry',
      received: 'none',
      fix: 'Set `deploy.image` or --image, e.g. registry.example.com/team/pictor:1',
    });
  }
  if (platform.id === 'azure' && resourceGroup === undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'the resource group of the function app',
      received: 'none',
      fix: 'Set `deploy.platforms.azure.resourceGroup`',
    });
  }
}
