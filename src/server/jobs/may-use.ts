import type { Key } from '../keys/types.ts';
import type { Job } from './types.ts';

/** Whether a client may see a job: its own, or everybody's with the scope `admin`. */
export function mayUseJob(job: Job, key: Key | undefined, auth: 'on' | 'off'): boolean {
  return auth === 'off' || key?.id === job.owner || (key?.scopes.includes('admin') ?? false);
}
