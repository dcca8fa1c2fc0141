import { nameOf, podSpec, yamlFile } from '../container.ts';
import type { DeploySettings, DeployTarget } from '../types.ts';

/** Names of jobs and pods of a run. */
export function jobOf(settings: DeploySettings, completions: number) {
  const name = nameOf(settings);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: { 'app.kubernetes.io/name': 'pictor-batch' } },
    spec: {
      completions,
      parallelism: completions,
      completionMode: 'Indexed',
      // What a share did is kept in its parts: one more try costs only what is missing.
      backoffLimitPerIndex: 3,
      maxFailedIndexes: completions,
      ttlSecondsAfterFinished: 86_400,
      // A node that is taken away is no failure.
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'pictor-batch' } },
        spec: podSpec(settings),
      },
    },
  };
}

/**
 * A Kubernetes Indexed Job: each pod takes its share, or all of them share a queue.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export const k8sJob: DeployTarget = {
  title: 'Kubernetes Indexed Job',
  machines: { min: 1, max: 100_000 },
  files: async (settings) => [await yamlFile('job.yaml', jobOf(settings, settings.machines))],
  next: (settings, folder) => [`kubectl apply -f ${folder}/job.yaml`, `kubectl get job ${nameOf(settings)}`],
};
