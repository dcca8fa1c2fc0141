import type { PlatformId } from '../../platforms/registry.ts';
import { awsFiles } from './aws.ts';
import { azureFiles } from './azure.ts';
import { containerFiles } from './container.ts';
import { googleFiles } from './google.ts';
import { serverlessDevsFiles } from './serverless-devs.ts';
import { tencentFiles } from './tencent.ts';
import type { DeploymentFile, DeploySettings } from './types.ts';

const TEMPLATES: Readonly<Record<PlatformId, (settings: DeploySettings) => DeploymentFile[]>> = {
  scf: tencentFiles,
  lambda: awsFiles,
  fc: serverlessDevsFiles,
  functiongraph: serverlessDevsFiles,
  gcf: googleFiles,
  azure: azureFiles,
  container: containerFiles,
};

/**
 * The files that the platform's tool reads. The same settings give the same text.
 *
 * @example
 * const settings = await loadDeploySettings({ platform: 'lambda', file: 'pictor.config.yaml' });
 * for (const { path, text } of deploymentFiles(settings)) await writeFile(path, text);
 */
export function deploymentFiles(settings: DeploySettings): DeploymentFile[] {
  return TEMPLATES[settings.platform.id](settings);
}
