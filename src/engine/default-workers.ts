import { cpuQuota } from './cpu-quota.ts';

const MIB = 1024 * 1024;
/** What the calling process takes, and what each worker adds with a small model (measured: 70 and 80 MiB). */
export const CALLER_BYTES = 128 * MIB;
export const WORKER_BYTES = 96 * MIB;

/**
 * How many workers fit the machine: one for each processor of the quota, as long as the memory limit of the container
 * has room for them.
 *
 * @param processors CPU quota (default: of this process)
 * @param memory limit in bytes (default: of this process's control group; absent or absurdly large means none)
 */
export function defaultWorkers(
  processors: number = cpuQuota(),
  memory: number | undefined = process.constrainedMemory(),
): number {
  if (memory === undefined || memory <= 0) return processors;
  return Math.max(1, Math.min(processors, Math.floor((memory - CALLER_BYTES) / WORKER_BYTES)));
}
