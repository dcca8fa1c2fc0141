import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { Program } from '../../platforms/shared/tool.ts';
import type { Environment } from './credentials.ts';

/**
 * Looks for a program as the shell does.
 *
 * @param env whose `PATH` is searched
 * @returns an absolute path
 * @throws DEPLOY_FAILED with what to install
 */
export async function findProgram(program: Program, env: Environment): Promise<string> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const endings = process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];
  for (const name of program.names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (await isExecutable(path)) return path;
      }
    }
  }
  throw new PictorError('DEPLOY_FAILED', {
    expected: `${program.title} (\`${program.names.join('` or `')}\`) to be installed`,
    received: 'no such program on the PATH',
    fix: program.install,
  });
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
