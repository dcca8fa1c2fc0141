import { isPictorError, PictorError } from '../../errors.ts';
import type { DeploySettings } from '../../platforms/shared/platform.ts';
import type { Program } from '../../platforms/shared/tool.ts';
import { type Environment, requireCredentials } from './credentials.ts';
import { findProgram } from './find-program.ts';
import { toolOf } from './tool-of.ts';

/** One thing that must be there before anything is packed. */
export type Requirement =
  | { readonly ok: true; readonly what: string; readonly found: string }
  | { readonly ok: false; readonly what: string; readonly error: PictorError };

/**
 * Looks whether the programs, the credentials and the secrets of a deployment are there. Nothing is changed.
 *
 * @param settings what is deployed
 * @param folder of the deployment
 * @param env e.g. `process.env`
 */
export async function checkRequirements(
  settings: DeploySettings,
  folder: string,
  env: Environment,
): Promise<Requirement[]> {
  const tool = toolOf(settings);
  const programs = [...new Set(tool.commands(settings).map(({ program }) => program))];
  return Promise.all([
    ...programs.map((program: Program) => check(program.title, () => findProgram(program, env))),
    ...tool.credentials.map((credentials) =>
      check(`credentials for ${credentials.title}`, () => requireCredentials(credentials, env, folder)),
    ),
    ...(tool.secretsFromShell ? settings.secrets : []).map((name) =>
      check(`the secret ${name}`, async () => requireSecret(name, env)),
    ),
  ]);
}

async function check(what: string, look: () => Promise<string>): Promise<Requirement> {
  try {
    return { ok: true, what, found: await look() };
  } catch (error) {
    if (isPictorError(error)) return { ok: false, what, error };
    throw error;
  }
}

function requireSecret(name: string, env: Environment): string {
  if (env[name]) return name;
  throw new PictorError('DEPLOY_FAILED', {
    expected: `${name} in the environment (\`deploy.secrets\` names it)`,
    received: 'nothing',
    fix: `Set it for this command: ${name}=… pictor deploy …`,
  });
}
