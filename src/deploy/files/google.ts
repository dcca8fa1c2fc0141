import type { DeploymentFile, DeploySettings } from './types.ts';
import { yamlFile } from './yaml.ts';

/** The variables of a Cloud Run function; everything else is said on the command line of `gcloud`. */
export function googleFiles({ environment }: DeploySettings): DeploymentFile[] {
  // Numbers and booleans must be text.
  return [yamlFile('env.yaml', environment)];
}
