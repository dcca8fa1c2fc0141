import { queueKey } from '../../executors/bullmq/queue-name.ts';
import { nameOf, podSpec, yamlFile } from '../container.ts';
import type { DeploySettings, DeployTarget } from '../types.ts';
import { jobOf } from './k8s-job.ts';

/** Chunks that wait for each pod that is started. */
const CHUNKS_A_POD = 4;

/**
 * KEDA: a first pod fills the queue, and as many more as there is work come and go.
 *
 * @see https://keda.sh/docs/latest/reference/scaledjob-spec/
 */
export const keda: DeployTarget = {
  title: 'KEDA over Redis',
  machines: { min: 2, max: 10_000 },
  needsRedis: true,
  async files(settings) {
    // Whoever starts first adds the chunks: without it the queue would stay empty, and nothing would scale.
    return [await yamlFile('keda.yaml', jobOf(settings, 1), scaledJob(settings))];
  },
  next: (settings, folder) => [
    `kubectl apply -f ${folder}/keda.yaml`,
    `kubectl get scaledjob ${nameOf(settings)}-more`,
  ],
};

function scaledJob(settings: DeploySettings) {
  const { hostname, port, protocol, password } = new URL(settings.queue ?? '');
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledJob',
    metadata: { name: `${nameOf(settings)}-more`, labels: { 'app.kubernetes.io/name': 'pictor-batch' } },
    spec: {
      jobTargetRef: {
        backoffLimit: 3,
        template: { spec: podSpec(settings) },
      },
      pollingInterval: 10,
      minReplicaCount: 0,
      maxReplicaCount: settings.machines - 1,
      successfulJobsHistoryLimit: 5,
      failedJobsHistoryLimit: 5,
      triggers: [
        {
          type: 'redis',
          metadata: {
            address: `${hostname}:${port || 6379}`,
            listName: queueKey(settings.run, 'wait'),
            listLength: String(CHUNKS_A_POD),
            ...(password !== '' && { passwordFromEnv: 'QUEUE_PASSWORD' }),
            ...(protocol === 'rediss:' && { enableTLS: 'true' }),
          },
        },
      ],
    },
  };
}
