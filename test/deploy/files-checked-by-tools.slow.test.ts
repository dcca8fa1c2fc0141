/**
 * The generated files, read by the platforms' own parsers and schemas.
 */
import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Service as KnativeService } from '@kubernetes-models/knative/serving.knative.dev/v1/Service';
import { validate as validateDockerfile } from 'dockerfile-utils';
import { zipSync } from 'fflate';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Service } from 'kubernetes-models/v1/Service';
import { Scf } from 'tencent-component-toolkit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { EXAMPLES } from '../../scripts/deployment-examples.ts';

const run = promisify(execFile);

const example = (...path: string[]) => readFile(join(EXAMPLES, ...path), 'utf8');

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-tools-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Packages an example as `osls deploy` would, and gives the CloudFormation resources. */
async function packageWithOsls(name: string): Promise<Record<string, { Type: string; Properties: object }>> {
  const folder = await temporaryFolder();
  await copyFile(join(EXAMPLES, name, 'serverless.yml'), join(folder, 'serverless.yml'));
  await writeFile(join(folder, 'function.zip'), zipSync({ 'index.js': new Uint8Array([10]) }));
  const osls = join(import.meta.dirname, '../../node_modules/serverless/bin/serverless.js');
  const { stderr } = await run(process.execPath, [osls, 'package'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'y',
      PICTOR_KEYS: 'key',
    },
  });
  expect(stderr).not.toMatch(/warning|invalid|unrecogni/i);
  const template = await readFile(
    join(folder, '.serverless/cloudformation-template-update-stack.json'),
    'utf8',
  );
  return JSON.parse(template).Resources;
}

describe('osls', () => {
  test.each([
    ['lambda', 30, 'AWS::Lambda::Url', { AuthType: 'NONE' }],
    // Gateways wait 30 and 29 seconds: the function gives up before them.
    ['lambda-http-api', 29, 'AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' }],
    ['lambda-rest-api', 28, 'AWS::ApiGateway::RestApi', { BinaryMediaTypes: ['*/*'] }],
  ])(
    'packages %s',
    async (name, timeout, type, properties) => {
      const resources = Object.values(await packageWithOsls(name));
      const lambda = resources.find((resource) => resource.Type === 'AWS::Lambda::Function');
      expect(lambda?.Properties).toMatchObject({
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Architectures: ['arm64'],
        MemorySize: 512,
        Timeout: timeout,
        Environment: { Variables: { PICTOR_KEYS: 'key', PICTOR_MAX_IMAGE_PIXELS: '40000000' } },
      });
      expect(resources.find((resource) => resource.Type === type)?.Properties).toMatchObject(properties);
    },
    120_000,
  );
});

const hasSamTranslator = spawnSync('python3', ['-c', 'import samtranslator, yaml']).status === 0;
if (!hasSamTranslator) console.warn('SKIPPED without aws-sam-translator (pip): the SAM template');

describe.skipIf(!hasSamTranslator)('the translator of the AWS SAM CLI', () => {
  /** The CloudFormation resources of a template. */
  async function translate(template: string) {
    const folder = await temporaryFolder();
    // `sam deploy` uploads the archive and puts its address in.
    await writeFile(
      join(folder, 'template.yaml'),
      template.replace('function.zip', 's3://bucket/function.zip'),
    );
    const script = join(folder, 'translate.py');
    await writeFile(script, SAM_TRANSLATION);
    const { stdout } = await run('python3', ['-W', 'ignore', script, join(folder, 'template.yaml')], {
      env: { PATH: process.env['PATH'], HOME: folder, AWS_DEFAULT_REGION: 'eu-central-1' },
    });
    return JSON.parse(stdout);
  }

  test('makes function and URL', async () => {
    const resources = await translate(await example('lambda-sam', 'template.yaml'));
    expect(resources.Pictor).toMatchObject({
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'bucket', S3Key: 'function.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Architectures: ['arm64'],
        MemorySize: 512,
        Timeout: 30,
        Environment: { Variables: { PICTOR_KEYS: { Ref: 'PictorKeys' } } },
      },
    });
    // The template's output asks for this name.
    expect(resources.PictorUrl).toMatchObject({
      Type: 'AWS::Lambda::Url',
      Properties: { AuthType: 'NONE', InvokeMode: 'BUFFERED' },
    });
  });

  test.each([
    ['MemorySize: 512', 'MemorySizes: 512', 'property MemorySizes not defined'],
    ['AuthType: NONE', 'AuthType: OPEN', 'AuthType is required'],
  ])('refuses %s as %s', async (right, wrong, complaint) => {
    const template = await example('lambda-sam', 'template.yaml');
    expect(template).toContain(right);
    await expect(translate(template.replace(right, wrong))).rejects.toThrow(complaint);
  });
});

const SAM_TRANSLATION = `import json
import sys
import yaml
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

template = yaml.safe_load(open(sys.argv[1]))
try:
    print(json.dumps(Translator({}, Parser()).translate(template, {})['Resources']))
except InvalidDocumentException as error:
    sys.exit('; '.join(cause.message for cause in error.causes))
`;

describe('the engine of Tencent’s Serverless Cloud Framework', () => {
  /** The API calls that a deployment of an example comes to. */
  async function calls(name: string): Promise<Record<string, unknown>[]> {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const { inputs } = parse(await example(name, 'serverless.yml'));
    const scf = new Scf({ SecretId: 'x', SecretKey: 'y', AppId: '1' }, inputs.region);
    const made: Record<string, unknown>[] = [];
    // The network is the only thing that is not there, for the functions’ service and for the gateways’.
    vi.spyOn(Object.getPrototypeOf(scf.capi), 'request').mockImplementation(async (call) => {
      const { Action: action } = call as { Action: string };
      made.push(call as Record<string, unknown>);
      const created = made.some(({ Action }) => Action === 'CreateFunction');
      if (action === 'GetFunction' && !created) {
        return {
          Response: { Error: { Code: 'ResourceNotFound.Function', Message: 'none' }, RequestId: '1' },
        };
      }
      return { Response: { ...ANSWER, ...(action === 'CreateService' && { Result: undefined }) } };
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const { src, ...rest } = inputs;
    expect(src).toBe('./function');
    await scf.deploy({ ...rest, code: { bucket: 'bucket', object: 'object' } });
    return made;
  }

  /** What the services answer to whatever is asked. */
  const ANSWER = {
    FunctionName: 'pictor',
    Namespace: 'default',
    Status: 'Active',
    Triggers: [],
    TotalCount: 0,
    TriggerInfo: {},
    ServiceId: 'service-1',
    Result: { ApiId: 'api-1', InternalDomain: '' },
    RequestId: '1',
  };

  test('makes function and gateway of scf-apigw, with bodies as base64', async () => {
    const made = await calls('scf-apigw');
    expect(made.find(({ Action }) => Action === 'CreateFunction')).toMatchObject({ Type: 'Event' });
    expect(made.find(({ Action }) => Action === 'CreateService')).toMatchObject({
      ServiceName: 'pictor',
      Protocol: 'http&https',
    });
    expect(made.find(({ Action }) => Action === 'CreateApi')).toMatchObject({
      RequestConfig: { Path: '/', Method: 'ANY' },
      ServiceTimeout: 30,
      IsBase64Encoded: true,
      ServiceScfFunctionName: 'pictor',
      ServiceScfIsIntegratedResponse: true,
    });
    expect(made.find(({ Action }) => Action === 'ReleaseService')).toMatchObject({
      EnvironmentName: 'release',
    });
  });

  test.each(['scf', 'scf-web'])('makes function and URL of %s', async (name) => {
    const made = await calls(name);
    const web = name === 'scf-web';
    expect(made.find(({ Action }) => Action === 'CreateFunction')).toMatchObject({
      FunctionName: 'pictor',
      Type: web ? 'HTTP' : 'Event',
      Runtime: 'Nodejs20.19',
      ...(!web && { Handler: 'index.main_handler' }),
      MemorySize: 512,
      Timeout: 30,
      InitTimeout: 65,
      Environment: {
        Variables: expect.arrayContaining([{ Key: 'PICTOR_MAX_IMAGE_PIXELS', Value: '40000000' }]),
      },
    });
    const trigger = made.find(({ Action }) => Action === 'CreateTrigger');
    expect(trigger).toMatchObject({ Type: 'http', TriggerName: 'pictor-url', Qualifier: '$DEFAULT' });
    expect(JSON.parse(String(trigger?.['TriggerDesc']))).toMatchObject({
      AuthType: 'NONE',
      NetConfig: { EnableIntranet: false, EnableExtranet: true },
    });
  });
});

describe('the parser of Serverless Devs', () => {
  // CommonJS with a default export of its own, which loaders do not agree about.
  const { default: ParseSpec }: typeof import('@serverless-devs/parse-spec') = createRequire(import.meta.url)(
    '@serverless-devs/parse-spec',
  );
  const read = (name: string) =>
    new ParseSpec(join(EXAMPLES, name, 's.yaml'), {
      argv: ['deploy'],
      logger: { debug() {}, info() {}, warn() {}, error() {}, write() {} },
    }).start();

  test('reads fc, with the secret in its place', async () => {
    vi.stubEnv('PICTOR_KEYS', 'key');
    vi.stubEnv('default_serverless_devs_key', JSON.stringify({ AccessKeyID: 'x', AccessKeySecret: 'y' }));
    onTestFinished(() => void vi.unstubAllEnvs());
    const { steps, yaml } = await read('fc');
    expect(yaml.use3x).toBe(true);
    expect(steps[0]).toMatchObject({ projectName: 'pictor', component: 'fc3', access: 'default' });
    expect(yaml.content).toMatchObject({
      resources: {
        pictor: { props: { runtime: 'nodejs20', environmentVariables: { PICTOR_KEYS: 'key' } } },
      },
    });
  });

  test('reads functiongraph as its component’s older edition', async () => {
    const { steps, yaml } = await read('functiongraph');
    expect(yaml).toMatchObject({ use3x: false, access: 'default' });
    expect(steps[0]).toMatchObject({
      projectName: 'pictor',
      component: 'fgs',
      props: { region: 'cn-north-4', function: { runtime: 'Node.js20.15', codeType: 'zip' } },
    });
  });
});

describe('the schemas of Kubernetes and Knative', () => {
  const documents = async (...path: string[]) =>
    parseAllDocuments(await example(...path)).map((document) => document.toJS());

  test.each(['knative', 'cloud-run'])('know every field of %s', async (name) => {
    const [service] = await documents(name, 'service.yaml');
    expect(() => new KnativeService(service).validate()).not.toThrow();
    expect(() => new KnativeService({ ...service, spec: { template: 1 } }).validate()).toThrow();
  });

  test('know every field of the Deployment and its Service', async () => {
    const [deployment, service] = await documents('kubernetes', 'deployment.yaml');
    expect(() => new Deployment(deployment).validate()).not.toThrow();
    expect(() => new Service(service).validate()).not.toThrow();
    expect(() => new Deployment({ ...deployment, spec: { replicas: 'two' } }).validate()).toThrow();
  });
});

test.each(['knative', 'cloud-run', 'kubernetes'])(
  'a linter of Dockerfiles has nothing to say on %s',
  async (name) => {
    expect(validateDockerfile(await example(name, 'Dockerfile'))).toEqual([]);
    expect(validateDockerfile('FORM node')).not.toEqual([]);
  },
);
