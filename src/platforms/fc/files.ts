import { FOLDER } from '../shared/deployment-folder.ts';
import type { DeploymentFile, DeploySettings } from '../shared/platform.ts';
import { variables } from '../shared/serverless-devs.ts';
import { yamlFile } from '../shared/yaml.ts';

/** `s.yaml` for Function Compute 3.0. */
export async function functionComputeFiles(settings: DeploySettings): Promise<DeploymentFile[]> {
  const { name, region, memory, timeout, platform, runtime } = settings;
  const document = {
    edition: '3.0.0',
    name,
    access: 'default',
    resources: {
      [name]: {
        component: 'fc3',
        props: {
          region,
          functionName: name,
          runtime: runtime.name,
          handler: platform.handler,
          code: `./${FOLDER}`,
          memorySize: memory,
          cpu: settings.cpu,
          diskSize: 512,
          timeout,
          environmentVariables: variables(settings, (name) => `\${env('${name}')}`),
          triggers: [
            {
              triggerName: 'http',
              triggerType: 'http',
              triggerConfig: {
                authType: 'anonymous',
                methods: ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'],
              },
            },
          ],
        },
      },
    },
  };
  return [await yamlFile('s.yaml', document)];
}
