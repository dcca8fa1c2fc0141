import '../styles/video.css';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { Failure, failureOf } from '../api/failure.ts';
import { endJob, hasEnded, useJob } from '../api/jobs.ts';
import type { Job } from '../api/types.ts';
import { upload } from '../api/upload.ts';
import { useTexts } from '../base/texts.ts';
import { download } from '../ui/download.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { type Counted, Counts } from './counts.tsx';
import { type Line, Lines } from './lines.tsx';
import { Player } from './player.tsx';
import { TEXTS } from './texts.ts';

/** Which job this tab follows; it is found again after a reload. */
const KEPT = 'video-job';

/** A clip, what is in it, and what crossed which line. */
export function Video() {
  const t = useTexts(TEXTS);
  const [clip, setClip] = useState<File>();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [annotate, setAnnotate] = useState(false);
  const [sent, setSent] = useState<number>();
  const [failure, setFailure] = useState<Failure>();
  const [id, setId] = useState(sessionStorage.getItem(KEPT) ?? undefined);
  const { job, failure: lost } = useJob(id);
  const start = async () => {
    if (clip === undefined) return;
    setFailure(undefined);
    setSent(0);
    const query = new URLSearchParams({
      ...(annotate && { annotate: 'true' }),
      ...(lines.length > 0 && {
        lines: JSON.stringify(lines.map(({ x1, y1, x2, y2 }) => ({ from: [x1, y1], to: [x2, y2] }))),
      }),
    });
    try {
      const made = await upload<Job>(
        `/v1/video?${query}`,
        clip,
        clip.type || 'application/octet-stream',
        setSent,
      );
      sessionStorage.setItem(KEPT, made.id);
      setId(made.id);
    } catch (thrown) {
      setFailure(failureOf(thrown));
    }
    setSent(undefined);
  };
  const running = job !== undefined && !hasEnded(job);
  return (
    <div class="video">
      <section class="card" aria-label={t.choose}>
        <div class="row">
          <label class="button primary">
            {t.choose}
            <input
              id="clip"
              type="file"
              accept="video/*,image/gif"
              class="unseen"
              onChange={(event) => setClip(event.currentTarget.files?.[0])}
            />
          </label>
          <span>{clip?.name}</span>
          <label class="check">
            <input
              type="checkbox"
              checked={annotate}
              onChange={(event) => setAnnotate(event.currentTarget.checked)}
            />
            {t.annotate}
          </label>
          <button
            type="button"
            disabled={clip === undefined || sent !== undefined || running}
            onClick={start}
          >
            {t.start}
          </button>
        </div>
        <Lines lines={lines} onChange={setLines} />
        {sent !== undefined && (
          <p role="status">
            {t.sending} <progress aria-label={t.sending} value={sent} max={1} />
          </p>
        )}
        {failure !== undefined && <FailureNotice failure={failure} />}
        {lost !== undefined && <FailureNotice failure={lost} />}
      </section>
      <Player clip={clip} job={job} lines={lines} />
      {job !== undefined && (
        <section class="card" aria-label={t.counts}>
          <div class="row between">
            <p>
              <output>{t.states[job.state]}</output>
            </p>
            {running && (
              <button type="button" onClick={() => endJob(job.id).catch(() => {})}>
                {t.cancel}
              </button>
            )}
          </div>
          {running && (
            <progress
              aria-label={t.states[job.state]}
              max={1}
              {...(job.progress?.fraction !== undefined && { value: job.progress.fraction })}
            />
          )}
          {job.error !== undefined && (
            <FailureNotice failure={new Failure(job.error.code, job.error.message)} />
          )}
          <Counts counted={(job.result ?? job.progress?.detail ?? {}) as Counted} />
          {job.state === 'done' && (
            <div class="ways">
              {job.files
                .filter(({ name }) => /^(annotated|report|boxes)/.test(name))
                .map(({ name, url }) => (
                  <button
                    key={name}
                    type="button"
                    onClick={async () => download(name, await (await send(url)).blob())}
                  >
                    ↓ {name}
                  </button>
                ))}
            </div>
          )}
        </section>
      )}
    </div>
  );
}
