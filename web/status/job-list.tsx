import { endJob, hasEnded } from '../api/jobs.ts';
import type { Job } from '../api/types.ts';
import { percent, useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { TEXTS } from './texts.ts';
import { usePolled } from './use-polled.ts';

/** Long work: what waits, runs and has ended. */
export function JobList() {
  const t = useTexts(TEXTS);
  const { answer, failure, again } = usePolled<{ jobs: Job[] }>('/v1/jobs');
  // A server without jobs is no fault here.
  if (failure?.code === 'FEATURE_UNSUPPORTED') return null;
  return (
    <section class="card" aria-labelledby="jobs">
      <h2 id="jobs">{t.jobs}</h2>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {answer?.jobs.length === 0 && <p class="soft">{t.noJobs}</p>}
      <ul class="plain-list">
        {answer?.jobs.slice(0, 50).map((job) => (
          <li key={job.id} class="row">
            <code>{job.kind}</code>
            <span>{t.jobStates[job.state]}</span>
            {job.progress?.fraction !== undefined && <span>{percent(job.progress.fraction)}</span>}
            {job.error !== undefined && <code>{job.error.code}</code>}
            <span class="soft">{new Date(job.createdAt).toLocaleTimeString()}</span>
            <button
              type="button"
              class="quiet"
              aria-label={`${hasEnded(job) ? t.remove : t.cancel} ${job.kind} ${job.id}`}
              onClick={() => endJob(job.id).then(again, again)}
            >
              {hasEnded(job) ? t.remove : t.cancel}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
