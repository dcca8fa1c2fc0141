/**
 * A function from a configuration file to the cloud: checked, packed, written, handed to the platform's own tool.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPictorError, PictorError } from '../../errors.ts';
import { ARCHIVE, FOLDER } from '../../platforms/shared/deployment-folder.ts';
import type { DeploymentFile, DeploySettings } from '../../platforms/shared/platform.ts';
import { unpackArchive } from '../emulate/unpack.ts';
import { packFunction } from '../pack/pack-function.ts';
import type { PackOptions, PackReport } from '../pack/types.ts';
import { commandLine } from './command-line.ts';
import type { Environment } from './credentials.ts';
import { deploymentFiles } from './deployment-files.ts';
import { findProgram } from './find-program.ts';
import { checkRequirements } from './preflight.ts';
import { runCommand } from './run-command.ts';
import { toolOf } from './tool-of.ts';

export interface DeployOptions {
  /** Where archive and files go; made when it is not there. */
  readonly folder: string;
  readonly env: Environment;
  /** Where the model is looked up (default: the user's store). */
  readonly store?: PackOptions['store'];
  /** Whether the archive is started and asked before it counts as good (default true). */
  readonly boot?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each step, in words. */
  readonly onStep?: ((step: string) => void) | undefined;
  /** Where the output of the platform's tool goes (default `inherit`). */
  readonly output?: 'inherit' | 'ignore' | undefined;
}

/**
 * Deploys a function. Nothing is packed before program, credentials and secrets were found; nothing is handed to the
 * platform before the archive has answered.
 *
 * @param settings from `loadDeploySettings`
 * @throws DEPLOY_FAILED, everything that `packFunction` throws, FILE_WRITE_FAILED, ABORTED
 */
export async function deployFunction(settings: DeploySettings, options: DeployOptions): Promise<PackReport> {
  const { folder, env, signal, onStep = () => {} } = options;
  for (const requirement of await checkRequirements(settings, folder, env)) {
    if (!requirement.ok) throw requirement.error;
  }
  await inFolder(folder, () => mkdir(folder, { recursive: true }));
  const report = await packFunction({
    ...packOptions(settings),
    out: join(folder, ARCHIVE),
    ...(options.store && { store: options.store }),
    ...(options.boot !== undefined && { boot: options.boot }),
    signal,
    onStep,
  });
  const tool = toolOf(settings);
  if (tool.takes === 'folder') await placeFolder(folder, signal);
  const files = await deploymentFiles(settings);
  onStep(`Write ${files.map(({ path }) => path).join(', ')}`);
  await writeDeploymentFiles(folder, files);
  for (const command of tool.commands(settings)) {
    onStep(commandLine(command));
    await runCommand({
      program: await findProgram(command.program, env),
      args: command.args.map((arg) => withSecrets(arg, settings.secrets, env)),
      cwd: folder,
      env,
      signal,
      output: options.output,
    });
  }
  return report;
}

/** What `packFunction` is asked for. */
function packOptions(settings: DeploySettings): PackOptions {
  const { platform, model, modelUrl, arch, node, backend, kind } = settings;
  const viaStorage = toolOf(settings).viaStorage ?? false;
  return { platform, model, modelUrl, arch, node, backend, kind, viaStorage };
}

/**
 * Writes deployment files, each whole or not at all.
 *
 * @param folder made when it is not there
 * @throws FILE_WRITE_FAILED
 */
export async function writeDeploymentFiles(folder: string, files: readonly DeploymentFile[]): Promise<void> {
  await inFolder(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const { path, text } of files) {
      const part = join(folder, `.${path}.${randomUUID().slice(0, 8)}.part`);
      try {
        await writeFile(part, text);
        await rename(part, join(folder, path));
      } finally {
        await rm(part, { force: true });
      }
    }
  });
}

function withSecrets(arg: string, secrets: readonly string[], env: Environment): string {
  return secrets.reduce((text, name) => text.replace(`\${${name}}`, () => env[name] ?? ''), arg);
}

/** The archive's files as a folder, in place of an earlier one. */
async function placeFolder(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const part = join(folder, `.${FOLDER}.${randomUUID().slice(0, 8)}.part`);
  try {
    await inFolder(folder, async () => {
      await mkdir(part);
      await unpackArchive(join(folder, ARCHIVE), part);
      signal?.throwIfAborted();
      await rm(join(folder, FOLDER), { recursive: true, force: true });
      await rename(part, join(folder, FOLDER));
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function inFolder<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (isPictorError(thrown)) throw thrown;
    throw new PictorError('FILE_WRITE_FAILED', {
      received: `${folder}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      fix: 'Choose another place with --dir',
      cause: thrown,
    });
  }
}
