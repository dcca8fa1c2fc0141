/**
 * What all targets say about the container of a worker.
 *
 * @module
 */
import { basename } from 'node:path';
import type { DeployFile, DeploySettings } from './types.ts';

/** The user `node` of the official images. */
const USER = 1000;
const NOTE = '# Written by `pictor batch deploy`; made again by the same command.\n';

/** A YAML file of one or several documents. */
export async function yamlFile(path: string, ...documents: readonly unknown[]): Promise<DeployFile> {
  const { stringify } = await import('yaml');
  const texts = documents.map((document) => stringify(document, { lineWidth: 0, version: '1.1' }));
  return { path, text: NOTE + texts.join('---\n') };
}

/**
 * The image of a worker: Pictor, what its queue needs, and the model.
 *
 * @param model id, or the path that the plan was made with
 */
export function dockerfile(
  { queue }: Pick<DeploySettings, 'queue'>,
  model: string,
  version: string,
): DeployFile {
  const drivers = queue === undefined ? '' : ` bullmq ${/^postgres/.test(queue) ? 'pg' : 'ioredis'}`;
  const bring = /[/\\]|\.onnx$/.test(model)
    ? `# Put the model beside this file.\nCOPY ${basename(model)} ${model}`
    : `RUN npx pictor models pull ${model}`;
  const text = `${NOTE}FROM node:22-slim
ENV NODE_ENV=production PICTOR_HOME=/app/.pictor
WORKDIR /app
RUN npm install pictor@${version}${drivers} && npm cache clean --force
${bring}
RUN chown -R ${USER} /app
USER ${USER}
ENTRYPOINT ["node", "node_modules/pictor/dist/bundle/cli.js"]
`;
  return { path: 'Dockerfile', text };
}

/** A name that Kubernetes, Cloud Run and AWS Batch take. */
export function nameOf({ run }: Pick<DeploySettings, 'run'>): string {
  return `pictor-batch-${run}`;
}

export function argsOf({ place, queue }: DeploySettings): string[] {
  return ['batch', 'work', place, ...(queue === undefined ? [] : ['--queue', queue])];
}

/** Variables that hold no secret. */
export function environmentOf(settings: DeploySettings): { readonly name: string; readonly value: string }[] {
  const { machines, endpoint, region } = settings;
  return [
    { name: 'PICTOR_BATCH_WORKERS', value: String(machines) },
    ...(endpoint === undefined ? [] : [{ name: 'AWS_ENDPOINT_URL_S3', value: endpoint }]),
    ...(region === undefined ? [] : [{ name: 'AWS_REGION', value: region }]),
  ];
}

/** A pod that works once: Kubernetes takes it for done when it ends with 0. */
export function podSpec(settings: DeploySettings) {
  const { image, cpu, memory, secret } = settings;
  return {
    restartPolicy: 'Never',
    // A worker finishes its chunks in 20 s, or gives them back.
    terminationGracePeriodSeconds: 30,
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'worker',
        image,
        args: argsOf(settings),
        env: environmentOf(settings),
        ...(secret !== undefined && { envFrom: [{ secretRef: { name: secret } }] }),
        resources: {
          requests: { cpu: String(cpu), memory: `${memory}Mi` },
          limits: { memory: `${memory}Mi` },
        },
        securityContext: {
          runAsNonRoot: true,
          runAsUser: USER,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
      },
    ],
  };
}
