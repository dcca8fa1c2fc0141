/**
 * Manifests for the engines that run a batch on many machines.
 *
 * @module
 */
import { packageVersion } from '../../base/package-root.ts';
import { PictorError, withoutCredentials } from '../../errors.ts';
import type { BatchPlan } from '../types.ts';
import { dockerfile } from './container.ts';
import { awsBatch } from './targets/aws-batch.ts';
import { cloudRunJob } from './targets/cloud-run-job.ts';
import { k8sJob } from './targets/k8s-job.ts';
import { keda } from './targets/keda.ts';
import type { DeployFile, DeploySettings, DeployTarget } from './types.ts';

export const TARGETS = {
  'k8s-job': k8sJob,
  keda,
  'cloud-run-job': cloudRunJob,
  'aws-batch': awsBatch,
} as const satisfies Record<string, DeployTarget>;

export type TargetName = keyof typeof TARGETS;

/** Kubernetes puts in what `$(VARIABLE)` stands for. */
function hasPassword(queue: string): boolean {
  if (!URL.canParse(queue)) return false;
  const { password } = new URL(queue);
  return password !== '' && password !== '$(QUEUE_PASSWORD)';
}

/**
 * The files of a target, and the image they run.
 *
 * @throws OPTION_INVALID when the target cannot do what is asked
 */
export async function deployFiles(
  target: TargetName,
  plan: Pick<BatchPlan, 'model'>,
  settings: DeploySettings,
): Promise<readonly DeployFile[]> {
  const { title, machines, needsRedis = false, files }: DeployTarget = TARGETS[target];
  const { queue } = settings;
  if (settings.machines < machines.min || settings.machines > machines.max) {
    throw new PictorError('OPTION_INVALID', {
      expected: `${machines.min} to ${machines.max} machines for ${title}`,
      received: String(settings.machines),
      fix: 'Change --machines',
    });
  }
  if (needsRedis && !/^rediss?:\/\//.test(queue ?? '')) {
    throw new PictorError('OPTION_INVALID', {
      expected: `--queue redis://… for ${title}`,
      received: queue === undefined ? 'none' : withoutCredentials(queue),
      fix: 'Name the Redis that the cluster reaches, or choose --target k8s-job, which needs none',
    });
  }
  if (queue !== undefined && hasPassword(queue)) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'a queue without its password, which does not belong into a manifest',
      received: withoutCredentials(queue),
      fix: 'Write $(QUEUE_PASSWORD) in its place, and keep the variable in the secret',
    });
  }
  return [dockerfile(settings, plan.model.id, packageVersion()), ...(await files(settings))];
}
