import { deploymentFiles } from '../files/deployment-files.ts';
import { ARCHIVE, type DeploySettings, FOLDER } from '../files/types.ts';
import { commandLine } from './command-line.ts';
import { toolOf } from './tools.ts';

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
export function planSteps(settings: DeploySettings, folder: string): PlannedStep[] {
  const tool = toolOf(settings);
  return [
    { kind: 'pack', file: `${folder}/${ARCHIVE}` },
    ...(tool.takes === 'folder' ? [{ kind: 'unpack', folder: `${folder}/${FOLDER}` } as const] : []),
    ...deploymentFiles(settings).map(
      ({ path, text }) => ({ kind: 'write', file: `${folder}/${path}`, text }) as const,
    ),
    ...tool
      .commands(settings)
      .map((command) => ({ kind: 'run', command: commandLine(command), folder }) as const),
  ];
}
