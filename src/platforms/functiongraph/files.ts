import { FOLDER } from '../shared/deployment-folder.ts';
import type { DeploymentFile, DeploySettings } from '../shared/platform.ts';
import { variables } from '../shared/serverless-devs.ts';
import { yamlFile } from '../shared/yaml.ts';

/** The gateway gives up after this, whatever the function may take. */
const GATEWAY_LONGEST_SECONDS = 60;

/**
 * `s.yaml` for FunctionGraph. Huawei's component is written for the first edition of the format, which Serverless Devs 3
 * still reads.
 */
export async function functionGraphFiles(settings: DeploySettings): Promise<DeploymentFile[]> {
  const { name, region, memory, timeout, platform, runtime, kind } = settings;
  const document = {
    edition: '1.0.0',
    name,
    access: 'default',
    services: {
      [name]: {
        component: 'fgs',
        props: {
          region,
          function: {
            functionName: name,
            handler: platform.handler,
            runtime: kind === 'web' ? 'http' : runtime.name,
            memorySize: memory,
            timeout,
            codeType: 'zip',
            code: { codeUri: `./${FOLDER}` },
            environmentVariables: variables(settings, (name) => `\${env(${name})}`),
          },
          trigger: {
            triggerTypeCode: 'APIG',
            status: 'ACTIVE',
            eventData: {
              name,
              auth: 'None',
              // The component spells it like this.
              prtocol: 'HTTPS',
              timeout: Math.min(timeout, GATEWAY_LONGEST_SECONDS) * 1000,
            },
          },
        },
      },
    },
  };
  return [await yamlFile('s.yaml', document)];
}
