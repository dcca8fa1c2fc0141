import { ARCHIVE } from '../shared/deployment-folder.ts';
import type { DeploymentFile, DeploySettings } from '../shared/platform.ts';
import { yamlFile } from '../shared/yaml.ts';

const ARCHITECTURES = { x64: 'x86_64', arm64: 'arm64' } as const;

/** Seconds that the gateways wait for a function, less one: the function's own answer is better than theirs. */
const GATEWAY_SECONDS: Readonly<Record<string, number>> = { http: 29, rest: 28 };

/** For the Serverless Framework 3 and its successor osls. */
export async function serverlessFiles(settings: DeploySettings): Promise<DeploymentFile[]> {
  const { name, region, memory, platform, runtime, trigger, secrets } = settings;
  const document = {
    service: name,
    provider: {
      name: 'aws',
      runtime: runtime.name,
      architecture: ARCHITECTURES[settings.arch],
      region,
      memorySize: memory,
      timeout: timeoutOf(settings),
      environment: {
        ...settings.environment,
        ...Object.fromEntries(secrets.map((secret) => [secret, `\${env:${secret}}`])),
      },
      // Without it, pictures arrive as damaged text.
      ...(trigger === 'rest' && { apiGateway: { binaryMediaTypes: ['*/*'] } }),
    },
    package: { artifact: ARCHIVE },
    functions: {
      recognise: {
        handler: platform.handler,
        ...(trigger === 'url' && { url: true }),
        ...(trigger === 'http' && { events: [{ httpApi: '*' }] }),
        ...(trigger === 'rest' && {
          events: [{ http: { method: 'any', path: '/' } }, { http: { method: 'any', path: '/{proxy+}' } }],
        }),
      },
    },
  };
  return [await yamlFile('serverless.yml', document)];
}

function timeoutOf({ timeout, trigger }: DeploySettings): number {
  return Math.min(timeout, GATEWAY_SECONDS[trigger] ?? timeout);
}

/** For AWS SAM. */
export async function samFiles(settings: DeploySettings): Promise<DeploymentFile[]> {
  const { memory, platform, runtime, secrets } = settings;
  const parameters = Object.fromEntries(
    secrets.map((secret) => [samParameter(secret), { Type: 'String', NoEcho: true }]),
  );
  const document = {
    AWSTemplateFormatVersion: '2010-09-09',
    Transform: 'AWS::Serverless-2016-10-31',
    ...(secrets.length > 0 && { Parameters: parameters }),
    Resources: {
      Pictor: {
        Type: 'AWS::Serverless::Function',
        Properties: {
          CodeUri: ARCHIVE,
          Handler: platform.handler,
          Runtime: runtime.name,
          Architectures: [ARCHITECTURES[settings.arch]],
          MemorySize: memory,
          Timeout: timeoutOf(settings),
          Environment: {
            Variables: {
              ...settings.environment,
              ...Object.fromEntries(secrets.map((secret) => [secret, { Ref: samParameter(secret) }])),
            },
          },
          ...samTrigger(settings),
        },
      },
      ...(settings.trigger === 'rest' && {
        Api: {
          Type: 'AWS::Serverless::Api',
          Properties: { StageName: 'prod', BinaryMediaTypes: ['*/*'] },
        },
      }),
    },
    ...(settings.trigger === 'url' && {
      // The transform names the URL's resource after the function's.
      Outputs: { Url: { Value: { 'Fn::GetAtt': ['PictorUrl', 'FunctionUrl'] } } },
    }),
  };
  return [await yamlFile('template.yaml', document)];
}

function samTrigger({ trigger }: DeploySettings) {
  if (trigger === 'url') return { FunctionUrlConfig: { AuthType: 'NONE', InvokeMode: 'BUFFERED' } };
  const api = (path: string) =>
    trigger === 'http'
      ? { Type: 'HttpApi', Properties: { Path: path, Method: 'ANY' } }
      : { Type: 'Api', Properties: { Path: path, Method: 'ANY', RestApiId: { Ref: 'Api' } } };
  return { Events: { Root: api('/'), Rest: api('/{proxy+}') } };
}

/** `PICTOR_KEYS` → `PictorKeys`: CloudFormation's parameters have letters and digits alone. */
export function samParameter(variable: string): string {
  return variable
    .toLowerCase()
    .split('_')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');
}
