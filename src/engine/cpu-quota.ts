import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * How many processors this process may keep busy: the affinity mask, narrowed by the cgroup quota (v2 `cpu.max`, v1
 * `cpu.cfs_quota_us`) and rounded up. At least 1.
 *
 * @param root where the cgroup file system is mounted (default `/sys/fs/cgroup`)
 */
export function cpuQuota(root = '/sys/fs/cgroup'): number {
  const quota = cgroupV2(root) ?? cgroupV1(root) ?? Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota)));
}

function cgroupV2(root: string): number | undefined {
  const [quota, period] = read(`${root}/cpu.max`)?.trim().split(/\s+/) ?? [];
  return ratio(quota, period);
}

function cgroupV1(root: string): number | undefined {
  return ratio(read(`${root}/cpu/cpu.cfs_quota_us`), read(`${root}/cpu/cpu.cfs_period_us`));
}

/** `max` (v2) and -1 (v1) mean that there is no quota. */
function ratio(quota: string | undefined, period: string | undefined): number | undefined {
  const value = Number(quota) / Number(period);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
