import type { DeploymentFile, DeploySettings } from '../shared/platform.ts';
import { yamlFile } from '../shared/yaml.ts';

export const ENVIRONMENT_FILE = 'env.yaml';

/** The variables of a Cloud Run function; everything else is said on the command line of `gcloud`. */
export async function googleFiles({ environment }: DeploySettings): Promise<DeploymentFile[]> {
  return Object.keys(environment).length === 0 ? [] : [await yamlFile(ENVIRONMENT_FILE, environment)];
}
