import { Gauge, type Registry } from 'prom-client';
import type { JobManager } from './job-manager.ts';

/**
 * Jobs by kind and state, and what they hold on disk.
 *
 * @param registry of the application
 * @param jobs its job manager
 */
export function registerJobMetrics(registry: Registry, jobs: JobManager): void {
  const registers = [registry];
  new Gauge({
    name: 'pictor_jobs',
    help: 'Jobs by kind and state.',
    labelNames: ['kind', 'state'] as const,
    registers,
    collect() {
      this.reset();
      for (const { kind, status } of jobs.usage().jobs) this.inc({ kind, state: status.state });
    },
  });
  new Gauge({
    name: 'pictor_jobs_bytes',
    help: 'Bytes of all jobs on disk.',
    registers,
    collect() {
      this.set(jobs.usage().bytes);
    },
  });
}
