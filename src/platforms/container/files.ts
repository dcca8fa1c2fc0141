/**
 * A container: its Dockerfile, and how Knative, Cloud Run or a Kubernetes cluster runs it.
 *
 * @module
 */

import { ARCHIVE, FOLDER } from '../shared/deployment-folder.ts';
import { secretManagerName } from '../shared/google-cloud.ts';
import type { DeploymentFile, DeploySettings } from '../shared/platform.ts';
import { yamlFile } from '../shared/yaml.ts';

const PORT = 8080;
/** The user `node` of the official images. */
const USER = 1000;

/** An image and what runs it. */
function files(service: (settings: DeploySettings) => Promise<DeploymentFile>) {
  return async (settings: DeploySettings): Promise<DeploymentFile[]> => [
    dockerfile(settings),
    { path: '.dockerignore', text: `${ARCHIVE}\n` },
    await service(settings),
  ];
}

export const knativeFiles = files(knative);
export const cloudRunFiles = files(cloudRun);
export const kubernetesFiles = files(kubernetes);

function dockerfile({ runtime }: DeploySettings): DeploymentFile {
  return {
    path: 'Dockerfile',
    text: `FROM ${runtime.name}
ENV NODE_ENV=production
WORKDIR /app
COPY ${FOLDER}/ ./
USER ${USER}
EXPOSE ${PORT}
CMD ["node", "server.js"]
`,
  };
}

function env({ name, environment, secrets }: DeploySettings, port: boolean) {
  return [
    // Knative and Cloud Run set it themselves and refuse to be told.
    ...(port ? [{ name: 'PORT', value: String(PORT) }] : []),
    ...Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
    ...secrets.map((secret) => ({ name: secret, valueFrom: { secretKeyRef: { name, key: secret } } })),
  ];
}

function resources({ cpu, memory }: DeploySettings) {
  return { limits: { cpu: String(cpu), memory: `${memory}Mi` } };
}

const LIVE = { httpGet: { path: '/healthz' } } as const;
const READY = { httpGet: { path: '/readyz' } } as const;

const RESTRICTED = {
  runAsNonRoot: true,
  runAsUser: USER,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

function knative(settings: DeploySettings): Promise<DeploymentFile> {
  const { name, image, timeout, concurrency, minInstances, maxInstances } = settings;
  const document = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      template: {
        metadata: {
          annotations: {
            'autoscaling.knative.dev/min-scale': String(minInstances),
            'autoscaling.knative.dev/max-scale': String(maxInstances),
          },
        },
        spec: {
          containerConcurrency: concurrency,
          timeoutSeconds: timeout,
          containers: [
            {
              image,
              ports: [{ name: 'http1', containerPort: PORT }],
              env: env(settings, false),
              resources: resources(settings),
              readinessProbe: READY,
              livenessProbe: LIVE,
              securityContext: RESTRICTED,
            },
          ],
        },
      },
    },
  };
  return yamlFile('service.yaml', document);
}

function cloudRun(settings: DeploySettings): Promise<DeploymentFile> {
  const { name, image, timeout, concurrency, minInstances, maxInstances } = settings;
  const document = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      template: {
        metadata: {
          annotations: {
            'autoscaling.knative.dev/minScale': String(minInstances),
            'autoscaling.knative.dev/maxScale': String(maxInstances),
            'run.googleapis.com/startup-cpu-boost': 'true',
          },
        },
        spec: {
          containerConcurrency: concurrency,
          timeoutSeconds: timeout,
          containers: [
            {
              image,
              ports: [{ name: 'http1', containerPort: PORT }],
              env: cloudRunEnv(settings),
              resources: resources(settings),
              startupProbe: { ...READY, periodSeconds: 1, failureThreshold: 60 },
              livenessProbe: LIVE,
            },
          ],
        },
      },
    },
  };
  return yamlFile('service.yaml', document);
}

/** Cloud Run's secrets are those of the Secret Manager: `PICTOR_KEYS` is the latest version of `pictor-keys`. */
function cloudRunEnv(settings: DeploySettings) {
  return [
    ...env({ ...settings, secrets: [] }, false),
    ...settings.secrets.map((secret) => ({
      name: secret,
      valueFrom: { secretKeyRef: { name: secretManagerName(secret), key: 'latest' } },
    })),
  ];
}

function kubernetes(settings: DeploySettings): Promise<DeploymentFile> {
  const { name, image, minInstances, cpu, memory } = settings;
  const labels = { 'app.kubernetes.io/name': name };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      // A plain cluster does not scale to zero.
      replicas: Math.max(1, minInstances),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 30,
          automountServiceAccountToken: false,
          containers: [
            {
              name,
              image,
              ports: [{ name: 'http', containerPort: PORT }],
              env: env(settings, true),
              resources: {
                requests: { cpu: String(cpu), memory: `${memory}Mi` },
                limits: { memory: `${memory}Mi` },
              },
              startupProbe: probe('/readyz', { periodSeconds: 1, failureThreshold: 60 }),
              readinessProbe: probe('/readyz', { periodSeconds: 5 }),
              livenessProbe: probe('/healthz', { periodSeconds: 10, timeoutSeconds: 5 }),
              securityContext: { ...RESTRICTED, readOnlyRootFilesystem: true },
              volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
    },
  };
  const exposed = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
  return yamlFile('deployment.yaml', deployment, exposed);
}

function probe(path: string, times: Readonly<Record<string, number>>) {
  return { httpGet: { path, port: 'http' }, ...times };
}
