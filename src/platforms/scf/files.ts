import { FOLDER } from '../shared/deployment-folder.ts';
import type { DeploymentFile, DeploySettings } from '../shared/platform.ts';
import { yamlFile } from '../shared/yaml.ts';

/** The platform stops an instance that is not up within this time; it is also the platform's default. */
const INIT_TIMEOUT = 65;

/**
 * `serverless.yml` for the Serverless Cloud Framework. A function URL by default: Tencent's API gateway takes no new
 * resources.
 *
 * @see https://cloud.tencent.com/document/product/1154/39271
 */
export async function tencentFiles(settings: DeploySettings): Promise<DeploymentFile[]> {
  const { name, region, kind, memory, timeout, platform, runtime, secrets } = settings;
  const document = {
    component: 'scf',
    name,
    inputs: {
      name,
      src: `./${FOLDER}`,
      ...(kind === 'web' ? { type: 'web' } : { type: 'event', handler: platform.handler }),
      runtime: runtime.name,
      region,
      memorySize: memory,
      timeout,
      initTimeout: INIT_TIMEOUT,
      environment: {
        variables: {
          ...settings.environment,
          ...Object.fromEntries(secrets.map((secret) => [secret, `\${env:${secret}}`])),
        },
      },
      events: [settings.trigger === 'apigw' ? apiGateway(settings) : functionUrl(settings)],
    },
  };
  return [await yamlFile('serverless.yml', document)];
}

function functionUrl({ name }: DeploySettings) {
  return {
    http: {
      parameters: {
        name: `${name}-url`,
        qualifier: '$DEFAULT',
        authType: 'NONE',
        netConfig: { enableIntranet: false, enableExtranet: true },
      },
    },
  };
}

/** For accounts that still have a gateway. */
function apiGateway({ name, timeout }: DeploySettings) {
  return {
    apigw: {
      parameters: {
        serviceName: name,
        protocols: ['http', 'https'],
        environment: 'release',
        endpoints: [
          {
            path: '/',
            method: 'ANY',
            // Without it, pictures arrive as damaged text.
            isBase64Encoded: true,
            serviceTimeout: timeout,
            function: { isIntegratedResponse: true, functionQualifier: '$DEFAULT' },
          },
        ],
      },
    },
  };
}
