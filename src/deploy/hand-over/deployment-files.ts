import type { DeploymentFile, DeploySettings } from '../../platforms/shared/platform.ts';
import { toolOf } from './tool-of.ts';

/**
 * The files that the platform's tool reads. The same settings give the same text.
 *
 * @example
 * const settings = await loadDeploySettings({ platform: 'lambda', file: 'pictor.config.yaml' });
 * for (const { path, text } of await deploymentFiles(settings)) await writeFile(path, text);
 */
export async function deploymentFiles(settings: DeploySettings): Promise<readonly DeploymentFile[]> {
  return toolOf(settings).files(settings);
}
