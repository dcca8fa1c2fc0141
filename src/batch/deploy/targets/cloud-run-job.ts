import { argsOf, environmentOf, nameOf, yamlFile } from '../container.ts';
import type { DeploySettings, DeployTarget } from '../types.ts';

const SECRETS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

/**
 * A Cloud Run job. Buckets of Google are reached by their S3 interface, with HMAC keys.
 *
 * @see https://cloud.google.com/run/docs/reference/yaml/v1
 */
export const cloudRunJob: DeployTarget = {
  title: 'Cloud Run job',
  machines: { min: 1, max: 10_000 },
  files: async (settings) => [await yamlFile('job.yaml', job(settings))],
  next: (settings, folder) => [
    `gcloud run jobs replace ${folder}/job.yaml`,
    `gcloud run jobs execute ${nameOf(settings)}`,
  ],
};

function job(settings: DeploySettings) {
  const { image, machines, cpu, memory, secret } = settings;
  return {
    apiVersion: 'run.googleapis.com/v1',
    kind: 'Job',
    metadata: { name: nameOf(settings) },
    spec: {
      template: {
        spec: {
          taskCount: machines,
          parallelism: machines,
          template: {
            spec: {
              maxRetries: 3,
              timeoutSeconds: 86_400,
              containers: [
                {
                  name: 'worker',
                  image,
                  args: argsOf(settings),
                  env: [...environmentOf(settings), ...secretsOf(secret)],
                  resources: { limits: { cpu: String(cpu), memory: `${memory}Mi` } },
                },
              ],
            },
          },
        },
      },
    },
  };
}

/** `pictor` becomes the secrets `pictor-aws-access-key-id` and `pictor-aws-secret-access-key`. */
function secretsOf(secret: string | undefined) {
  if (secret === undefined) return [];
  return SECRETS.map((name) => ({
    name,
    valueFrom: {
      secretKeyRef: { name: `${secret}-${name.toLowerCase().replaceAll('_', '-')}`, key: 'latest' },
    },
  }));
}
