import type { DeploymentFile, DeploySettings } from './types.ts';
import { yamlFile } from './yaml.ts';

export const ENVIRONMENT_FILE = 'env.yaml';

/** The variables of a Cloud Run function; everything else is said on the command line of `gcloud`. */
export function googleFiles({ environment }: DeploySettings): DeploymentFile[] {
  return Object.keys(environment).length === 0 ? [] : [yamlFile(ENVIRONMENT_FILE, environment)];
}
