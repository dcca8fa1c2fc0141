import { ARCHIVE, FOLDER } from '../../platforms/shared/deployment-folder.ts';
import type { DeploySettings } from '../../platforms/shared/platform.ts';
import { commandLine } from './command-line.ts';
import { deploymentFiles } from './deployment-files.ts';
import { toolOf } from './tool-of.ts';

/** One step of a deployment, before it is done. */
export type PlannedStep =
  | { readonly kind: 'pack'; readonly file: string }
  | { readonly kind: 'unpack'; readonly folder: string }
  | { readonly kind: 'write'; readonly file: string; readonly text: string }
  | { readonly kind: 'run'; readonly command: string; readonly folder: string };

/**
 * What a deployment will do, in its order. Nothing is done.
 *
 * @param folder of the deployment, as it is to be shown
 */
export async function planSteps(settings: DeploySettings, folder: string): Promise<PlannedStep[]> {
  const files = await deploymentFiles(settings);
  const tool = toolOf(settings);
  return [
    { kind: 'pack', file: `${folder}/${ARCHIVE}` },
    ...(tool.takes === 'folder' ? [{ kind: 'unpack', folder: `${folder}/${FOLDER}` } as const] : []),
    ...files.map(({ path, text }) => ({ kind: 'write', file: `${folder}/${path}`, text }) as const),
    ...tool
      .commands(settings)
      .map((command) => ({ kind: 'run', command: commandLine(command), folder }) as const),
  ];
}
