import type { JobManager } from './job-manager.ts';
import type { Job } from './types.ts';

/**
 * A job as clients see it: times in ISO 8601, addresses relative to the server.
 *
 * @param job to show
 * @param jobs the manager, which knows when it expires
 */
export function jobView(job: Job, jobs: Pick<JobManager, 'expiresAt' | 'kindOf'>) {
  const { id, kind, createdAt, status, files } = job;
  const expiry = jobs.expiresAt(job);
  const request = jobs.kindOf(job)?.describe?.(job.input);
  return {
    id,
    kind,
    state: status.state,
    ...(request === undefined ? {} : { request }),
    createdAt: iso(createdAt),
    ...('startedAt' in status ? { startedAt: iso(status.startedAt) } : {}),
    ...('endedAt' in status ? { endedAt: iso(status.endedAt) } : {}),
    ...(expiry === undefined ? {} : { expiresAt: iso(expiry) }),
    ...(status.state === 'running' && status.progress !== undefined ? { progress: status.progress } : {}),
    ...(status.state === 'done' ? { result: status.result } : {}),
    ...(status.state === 'failed' ? { error: status.error } : {}),
    files: files.map(({ name, mediaType }) => ({ name, mediaType, url: `/v1/jobs/${id}/files/${name}` })),
    url: `/v1/jobs/${id}`,
    eventsUrl: `/v1/jobs/${id}/events`,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
