/**
 * `pictor deploy`: packs, writes the platform's file, runs the platform's own tool.
 *
 * @module
 */
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DeployInput } from '../../deploy/hand-over/schema.ts';
import { PictorError } from '../../errors.ts';
import { choicesOf, PLATFORM_IDS } from '../../platforms/registry.ts';
import type { DeploySettings } from '../../platforms/shared/platform.ts';
import { colorsFor } from '../render/terminal.ts';

interface DeployFlags {
  readonly platform: string;
  readonly config?: string;
  readonly dir?: string;
  readonly dryRun?: boolean;
  readonly filesOnly?: boolean;
  readonly boot: boolean;
  readonly name?: string;
  readonly region?: string;
  readonly model?: string;
  readonly image?: string;
  readonly tool?: string;
  readonly trigger?: string;
}

/** Adds `pictor deploy`. */
export function registerDeploy(program: Command): void {
  program
    .command('deploy')
    .description("pack a function and hand it to a platform's own tool")
    .requiredOption('-p, --platform <name>', PLATFORM_IDS.join(', '))
    .option('-c, --config <file>', 'configuration (default: pictor.config.{json,yaml} here)')
    .option('-m, --model <id>', 'short id or path of a model')
    .option('--name <name>', 'name of the function')
    .option('--region <region>', 'where it runs, as the platform spells it')
    .option('--image <image>', 'container: registry, name and tag')
    .option(
      '--tool <name>',
      choicesOf(({ tools }) => Object.keys(tools)),
    )
    .option(
      '--trigger <name>',
      choicesOf(({ triggers }) => triggers),
    )
    .option('--dir <folder>', 'where archive and files go (default .pictor/<platform>)')
    .option('--dry-run', 'print every step, touch nothing')
    .option('--files-only', "write the platform's files, then stop")
    .option('--no-boot', 'do not start the archive to see that it works')
    .addHelpText(
      'after',
      `
The \`deploy\` section of pictor.config says the rest: memory, timeout, environment, secrets; docs/platforms.

Examples:
  $ pictor deploy --platform scf --dry-run
  $ pictor deploy --platform lambda --region eu-central-1
  $ pictor deploy --platform container --tool cloud-run --image europe-docker.pkg.dev/me/pictor/pictor:1`,
    )
    .action(runDeploy);
}

async function runDeploy(flags: DeployFlags): Promise<void> {
  const { loadDeploySettings } = await import('../../deploy/hand-over/settings.ts');
  const settings = await loadDeploySettings({
    platform: flags.platform,
    file: flags.config,
    folder: process.cwd(),
    flags: await inputOf(flags),
  });
  const folder = resolve(flags.dir ?? join('.pictor', settings.platform.id));
  if (flags.dryRun) return dryRun(settings, folder);
  if (flags.filesOnly) return filesOnly(settings, folder);
  const { deployFunction } = await import('../../deploy/hand-over/deploy-function.ts');
  const { renderPack } = await import('../render/pack.ts');
  const colors = colorsFor(process.stderr);
  const controller = new AbortController();
  const interrupt = () => controller.abort(new PictorError('ABORTED'));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    const report = await deployFunction(settings, {
      folder,
      env: process.env,
      boot: flags.boot,
      signal: controller.signal,
      onStep: (step) => process.stderr.write(`${colors.dim('·')} ${step}\n`),
    });
    process.stdout.write(renderPack(report));
    process.stdout.write(
      `${colorsFor(process.stdout).green('✓')} ${settings.name} is on ${settings.platform.title}\n`,
    );
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Flags that are settings, checked as those of the file are. */
async function inputOf({ name, region, model, image, tool, trigger }: DeployFlags): Promise<DeployInput> {
  const { platformInput } = await import('../../deploy/hand-over/schema.ts');
  return platformInput({ name, region, model, image, tool, trigger });
}

async function dryRun(settings: DeploySettings, folder: string): Promise<void> {
  const [{ openModelStore }, { checkRequirements }, { planSteps }, { renderPlan }] = await Promise.all([
    import('../../models/store/store.ts'),
    import('../../deploy/hand-over/preflight.ts'),
    import('../../deploy/hand-over/plan-steps.ts'),
    import('../render/plan.ts'),
  ]);
  // What packing would stop at is said now.
  const { manifest } = await openModelStore().resolve(settings.model);
  const requirements = await checkRequirements(settings, folder, process.env);
  const shown = relative(process.cwd(), folder) || '.';
  process.stdout.write(renderPlan(settings, manifest.id, requirements, await planSteps(settings, shown)));
}

async function filesOnly(settings: DeploySettings, folder: string): Promise<void> {
  const [{ writeDeploymentFiles }, { deploymentFiles }] = await Promise.all([
    import('../../deploy/hand-over/deploy-function.ts'),
    import('../../deploy/hand-over/deployment-files.ts'),
  ]);
  const files = await deploymentFiles(settings);
  await writeDeploymentFiles(folder, files);
  for (const { path } of files) process.stdout.write(`${join(folder, path)}\n`);
}
