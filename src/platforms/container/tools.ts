import { GCLOUD, GCLOUD_KEYS } from '../shared/google-cloud.ts';
import type { DeploySettings, Tool } from '../shared/platform.ts';
import type { Command, Credentials, Program } from '../shared/tool.ts';
import { cloudRunFiles, knativeFiles, kubernetesFiles } from './files.ts';

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

export const knative: Tool = {
  credentials: [REGISTRY_KEYS, CLUSTER_KEYS],
  takes: 'folder',
  secretsFromShell: false,
  timeoutSeconds: 600,
  files: knativeFiles,
  commands: (settings) => [
    ...imageCommands(settings),
    { program: KUBECTL, args: ['apply', '--filename', 'service.yaml'] },
  ],
};

export const cloudRun: Tool = {
  credentials: [REGISTRY_KEYS, GCLOUD_KEYS],
  takes: 'folder',
  secretsFromShell: false,
  files: cloudRunFiles,
  commands: (settings) => [
    ...imageCommands(settings),
    { program: GCLOUD, args: ['run', 'services', 'replace', 'service.yaml', '--region', settings.region] },
  ],
};

export const kubernetes: Tool = {
  credentials: [REGISTRY_KEYS, CLUSTER_KEYS],
  takes: 'folder',
  secretsFromShell: false,
  files: kubernetesFiles,
  commands: (settings) => [
    ...imageCommands(settings),
    { program: KUBECTL, args: ['apply', '--filename', 'deployment.yaml'] },
    { program: KUBECTL, args: ['rollout', 'status', `deployment/${settings.name}`, '--timeout=5m'] },
  ],
};
