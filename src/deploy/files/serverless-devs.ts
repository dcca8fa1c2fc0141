import { type DeploymentFile, type DeploySettings, FOLDER } from './types.ts';
import { yamlFile } from './yaml.ts';

/**
 * `s.yaml` for Serverless Devs: Alibaba's Function Compute 3.0 or Huawei's FunctionGraph.
 *
 * @see https://docs.serverless-devs.com
 */
export function serverlessDevsFiles(settings: DeploySettings): DeploymentFile[] {
  const document = settings.platform.id === 'fc' ? functionCompute(settings) : functionGraph(settings);
  return [yamlFile('s.yaml', document)];
}

/** @param reference how this edition of the format names a variable of the shell */
function variables({ environment, secrets }: DeploySettings, reference: (name: string) => string) {
  return { ...environment, ...Object.fromEntries(secrets.map((name) => [name, reference(name)])) };
}

function functionCompute(settings: DeploySettings) {
  const { name, region, memory, timeout, platform, runtime } = settings;
  return {
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
}

/** The gateway gives up after this, whatever the function may take. */
const GATEWAY_LONGEST_SECONDS = 60;

/** Huawei's component is written for the first edition of the format, which Serverless Devs 3 still reads. */
function functionGraph(settings: DeploySettings) {
  const { name, region, memory, timeout, platform, runtime, kind } = settings;
  return {
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
}
