import { PictorError } from '../../errors.ts';
import type { Runtime } from '../runtime.ts';
import type { JobManager } from './job-manager.ts';

/**
 * The job manager, opened.
 *
 * @throws FEATURE_UNSUPPORTED where jobs are off, CONFIG_INVALID, FILE_WRITE_FAILED
 */
export async function openJobs({ jobs }: Runtime): Promise<JobManager> {
  if (jobs === undefined) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      received: 'a request for a job on a server that keeps none',
      fix: 'Set `jobs.folder` in the server’s configuration',
    });
  }
  await jobs.open();
  return jobs;
}
