import type { DeploySettings, Tool } from '../../platforms/shared/platform.ts';

/** The tool of a deployment. */
export function toolOf({ platform, tool }: Pick<DeploySettings, 'platform' | 'tool'>): Tool {
  const found = platform.tools[tool];
  if (found === undefined) throw new Error(`${platform.id} has no tool ${tool}`);
  return found;
}
