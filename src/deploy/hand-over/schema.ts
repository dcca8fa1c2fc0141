/**
 * The `deploy` section of `pictor.config.{json,yaml}`.
 *
 * @module
 */
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import { PLATFORM_IDS, PLATFORMS } from '../../platforms/registry.ts';
import type { Platform } from '../../platforms/shared/platform.ts';

/** What every platform takes for a name: it becomes a function, a stack, a service. */
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/, 'lower-case letters, digits and hyphens, 2 to 40');
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'a name like PICTOR_KEYS');
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dots and hyphens');
const image = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.:_/-]*$/, 'a container image such as registry.example.com/team/pictor:1');

/** What any platform offers, each name once. */
function namesOf(pick: (platform: Platform) => readonly string[]): string[] {
  return [...new Set(PLATFORMS.flatMap(pick))];
}

const settings = {
  name: name.exactOptional(),
  region: word.exactOptional(),
  model: z.string().min(1).exactOptional(),
  modelUrl: z.url({ protocol: /^https?$/ }).exactOptional(),
  /** MiB */
  memory: z.int().min(128).max(32_768).exactOptional(),
  cpu: z.number().min(0.05).max(16).exactOptional(),
  /** Seconds */
  timeout: z.int().min(1).max(86_400).exactOptional(),
  node: z.int().exactOptional(),
  arch: z.enum(['x64', 'arm64']).exactOptional(),
  backend: z.enum(['native', 'wasm']).exactOptional(),
  kind: z.enum(['event', 'web']).exactOptional(),
  tool: z.enum(namesOf(({ tools }) => Object.keys(tools))).exactOptional(),
  trigger: z.enum(namesOf(({ triggers }) => triggers)).exactOptional(),
  image: image.exactOptional(),
  resourceGroup: word.exactOptional(),
  minInstances: z.int().min(0).max(1000).exactOptional(),
  maxInstances: z.int().min(1).max(1000).exactOptional(),
  concurrency: z.int().min(1).max(1000).exactOptional(),
  environment: z.record(variable, z.string()).exactOptional(),
  secrets: z.array(variable).exactOptional(),
} as const;

/** What is said for one platform wins over what is said for all. */
export const deploySchema = z.strictObject({
  ...settings,
  platforms: z.partialRecord(z.enum(PLATFORM_IDS), z.strictObject(settings)).exactOptional(),
});

const platformSchema = z.strictObject(settings);

/** Settings of a deployment as they are written. */
export type DeployInput = z.input<typeof platformSchema>;

/**
 * Settings from a command line, checked as those of the file are.
 *
 * @throws OPTION_INVALID
 */
export function platformInput(flags: Readonly<Record<string, string | undefined>>): DeployInput {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const parsed = platformSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const flag = String(issue?.path[0]);
  throw new PictorError('OPTION_INVALID', {
    expected: `--${flag} to be valid (${issue?.message ?? ''})`,
    received: flags[flag] ?? '',
  });
}
