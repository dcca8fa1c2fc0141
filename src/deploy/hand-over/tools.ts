/**
 * The platforms' own tools: which program, which credentials, which commands.
 *
 * @module
 */

import type { PlatformId } from '../../platforms/registry.ts';
import { samParameter } from '../files/aws.ts';
import { secretManagerName } from '../files/container.ts';
import { ENVIRONMENT_FILE } from '../files/google.ts';
import { ARCHIVE, type DeploySettings, FOLDER, type ToolId } from '../files/types.ts';
import type { Credentials } from './credentials.ts';
import type { Program } from './find-program.ts';

/** A command of a platform's program. `${NAME}` stands for a secret, which is filled in when it runs. */
export interface Command {
  readonly program: Program;
  readonly args: readonly string[];
}

export interface Tool {
  readonly credentials: readonly Credentials[];
  /** What the tool takes: the archive, or a folder with its files. */
  readonly takes: 'archive' | 'folder';
  /** Where the tool uploads through object storage, so that its limit holds. */
  readonly viaStorage?: PlatformId;
  /** Whether the values of secrets come from this machine's environment. */
  readonly secretsFromShell: boolean;
  commands(settings: DeploySettings): readonly Command[];
}

const SCF: Program = {
  names: ['scf'],
  title: 'Serverless Cloud Framework',
  install: 'Install it with `npm install -g serverless-cloud-framework`',
};
const SERVERLESS: Program = {
  names: ['osls', 'serverless'],
  title: 'osls, or the Serverless Framework 3',
  install: 'Install it with `npm install -g osls`, or choose the tool `sam`',
};
const SAM: Program = {
  names: ['sam'],
  title: 'AWS SAM CLI',
  install:
    'Install it as docs.aws.amazon.com/serverless-application-model says, or choose the tool `serverless`',
};
const SERVERLESS_DEVS: Program = {
  names: ['s'],
  title: 'Serverless Devs',
  install: 'Install it with `npm install -g @serverless-devs/s`',
};
const GCLOUD: Program = {
  names: ['gcloud'],
  title: 'Google Cloud CLI',
  install: 'Install it as cloud.google.com/sdk/docs/install says',
};
const AZ: Program = {
  names: ['az'],
  title: 'Azure CLI',
  install: 'Install it as learn.microsoft.com/cli/azure/install-azure-cli says',
};
const DOCKER: Program = {
  names: ['docker'],
  title: 'Docker',
  install: 'Install it as docs.docker.com/engine/install says',
};
const KUBECTL: Program = {
  names: ['kubectl'],
  title: 'kubectl',
  install: 'Install it as kubernetes.io/docs/tasks/tools says',
};

const TENCENT_KEYS: Credentials = {
  title: 'Tencent Cloud',
  places: [
    { kind: 'variables', names: ['TENCENT_SECRET_ID', 'TENCENT_SECRET_KEY'] },
    { kind: 'beside', path: '.env' },
  ],
  fix: 'Make a key at console.cloud.tencent.com/cam/capi and set the two variables',
};
const AWS_KEYS: Credentials = {
  title: 'AWS',
  places: [
    { kind: 'variables', names: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] },
    { kind: 'variables', names: ['AWS_PROFILE'] },
    { kind: 'variables', names: ['AWS_WEB_IDENTITY_TOKEN_FILE'] },
    { kind: 'file', path: '.aws/credentials' },
    { kind: 'file', path: '.aws/config' },
  ],
  fix: 'Set the two variables, or run `aws configure`',
};
const SERVERLESS_DEVS_KEYS: Credentials = {
  title: 'Serverless Devs',
  places: [
    { kind: 'suffix', suffix: '_serverless_devs_key' },
    { kind: 'file', path: '.s/access.yaml' },
  ],
  fix: 'Run `s config add` with the alias `default`',
};
const GCLOUD_KEYS: Credentials = {
  title: 'Google Cloud',
  places: [
    { kind: 'variables', names: ['CLOUDSDK_AUTH_ACCESS_TOKEN'] },
    { kind: 'variables', names: ['CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE'] },
    {
      kind: 'file',
      path: '.config/gcloud/credentials.db',
      folder: { variable: 'CLOUDSDK_CONFIG', path: 'credentials.db' },
    },
  ],
  fix: 'Run `gcloud auth login`',
};
const AZURE_KEYS: Credentials = {
  title: 'Azure',
  places: [
    {
      kind: 'file',
      path: '.azure/azureProfile.json',
      folder: { variable: 'AZURE_CONFIG_DIR', path: 'azureProfile.json' },
    },
  ],
  fix: 'Run `az login`',
};
const REGISTRY_KEYS: Credentials = {
  title: 'the registry of the image',
  places: [
    {
      kind: 'file',
      path: '.docker/config.json',
      folder: { variable: 'DOCKER_CONFIG', path: 'config.json' },
    },
  ],
  fix: 'Run `docker login` with the registry',
};
const CLUSTER_KEYS: Credentials = {
  title: 'the cluster',
  places: [
    { kind: 'variables', names: ['KUBECONFIG'] },
    { kind: 'file', path: '.kube/config' },
  ],
  fix: 'Set KUBECONFIG, or get the file from whoever runs the cluster',
};

function imageCommands({ image = '', arch }: DeploySettings): Command[] {
  const platform = arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
  return [
    { program: DOCKER, args: ['build', '--platform', platform, '--tag', image, '.'] },
    { program: DOCKER, args: ['push', image] },
  ];
}

function cluster(commands: (settings: DeploySettings) => readonly Command[]): Tool {
  return {
    credentials: [REGISTRY_KEYS, CLUSTER_KEYS],
    takes: 'folder',
    secretsFromShell: false,
    commands: (settings) => [...imageCommands(settings), ...commands(settings)],
  };
}

const TOOLS: Readonly<Record<ToolId, Tool>> = {
  scf: {
    credentials: [TENCENT_KEYS],
    takes: 'folder',
    viaStorage: 'scf',
    secretsFromShell: true,
    commands: () => [{ program: SCF, args: ['deploy'] }],
  },
  serverless: {
    credentials: [AWS_KEYS],
    takes: 'archive',
    viaStorage: 'lambda',
    secretsFromShell: true,
    commands: () => [{ program: SERVERLESS, args: ['deploy'] }],
  },
  sam: {
    credentials: [AWS_KEYS],
    takes: 'archive',
    viaStorage: 'lambda',
    secretsFromShell: true,
    commands: ({ name, region, secrets }) => [
      {
        program: SAM,
        args: [
          'deploy',
          '--template-file',
          'template.yaml',
          '--stack-name',
          name,
          '--region',
          region,
          '--capabilities',
          'CAPABILITY_IAM',
          '--resolve-s3',
          '--no-confirm-changeset',
          '--no-fail-on-empty-changeset',
          ...(secrets.length > 0
            ? ['--parameter-overrides', ...secrets.map((name) => `${samParameter(name)}=\${${name}}`)]
            : []),
        ],
      },
    ],
  },
  s: {
    credentials: [SERVERLESS_DEVS_KEYS],
    takes: 'folder',
    // Not with Huawei's component.
    viaStorage: 'fc',
    secretsFromShell: true,
    commands: () => [{ program: SERVERLESS_DEVS, args: ['deploy', '-y'] }],
  },
  gcloud: {
    credentials: [GCLOUD_KEYS],
    takes: 'folder',
    secretsFromShell: false,
    commands: (settings) => [{ program: GCLOUD, args: gcloudFunction(settings) }],
  },
  az: {
    credentials: [AZURE_KEYS],
    takes: 'archive',
    secretsFromShell: false,
    commands: ({ name, resourceGroup = '' }) => {
      const app = ['--resource-group', resourceGroup, '--name', name];
      return [
        {
          program: AZ,
          args: ['functionapp', 'config', 'appsettings', 'set', ...app, '--settings', '@appsettings.json'],
        },
        {
          program: AZ,
          args: ['functionapp', 'deployment', 'source', 'config-zip', ...app, '--src', ARCHIVE],
        },
      ];
    },
  },
  knative: cluster(() => [{ program: KUBECTL, args: ['apply', '--filename', 'service.yaml'] }]),
  kubernetes: cluster(({ name }) => [
    { program: KUBECTL, args: ['apply', '--filename', 'deployment.yaml'] },
    { program: KUBECTL, args: ['rollout', 'status', `deployment/${name}`, '--timeout=5m'] },
  ]),
  'cloud-run': {
    credentials: [REGISTRY_KEYS, GCLOUD_KEYS],
    takes: 'folder',
    secretsFromShell: false,
    commands: (settings) => [
      ...imageCommands(settings),
      { program: GCLOUD, args: ['run', 'services', 'replace', 'service.yaml', '--region', settings.region] },
    ],
  },
};

function gcloudFunction(settings: DeploySettings): string[] {
  const { name, platform, runtime, region, memory, timeout, secrets, environment } = settings;
  const mounted = secrets.map((secret) => `${secret}=${secretManagerName(secret)}:latest`);
  return [
    'functions',
    'deploy',
    name,
    '--gen2',
    `--runtime=${runtime.name}`,
    `--region=${region}`,
    `--source=${FOLDER}`,
    `--entry-point=${platform.handler}`,
    '--trigger-http',
    '--allow-unauthenticated',
    `--memory=${memory}Mi`,
    `--timeout=${timeout}s`,
    `--min-instances=${settings.minInstances}`,
    `--max-instances=${settings.maxInstances}`,
    ...(Object.keys(environment).length > 0 ? [`--env-vars-file=${ENVIRONMENT_FILE}`] : []),
    ...(mounted.length > 0 ? [`--set-secrets=${mounted.join(',')}`] : []),
    '--quiet',
  ];
}

/** The tool of a deployment. */
export function toolOf({ tool }: Pick<DeploySettings, 'tool'>): Tool {
  return TOOLS[tool];
}
