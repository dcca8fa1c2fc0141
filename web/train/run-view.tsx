import { useEffect, useState } from 'preact/hooks';
import { send, sendJson } from '../api/client.ts';
import { Failure } from '../api/failure.ts';
import { endJob, hasEnded, useJob } from '../api/jobs.ts';
import type { Job } from '../api/types.ts';
import { useSession } from '../base/session.ts';
import { useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { Confusion } from './confusion.tsx';
import { Curve, type Epoch } from './curve.tsx';
import { type Finding, findingText } from './finding-texts.ts';
import type { Report } from './report.ts';
import { ResultView, type TrainResult } from './result-view.tsx';
import { TEXTS } from './texts.ts';

interface Detail {
  readonly data?: { readonly findings: readonly Finding[] };
  readonly confusion?: {
    readonly classes?: readonly string[];
    readonly counts?: readonly (readonly number[])[];
  };
  readonly curve?: readonly Epoch[];
}

interface Props {
  readonly id: string;
  /** Trains again on the same pictures. */
  onTrain(corrections: object): void;
  onDone(): void;
  onClose(): void;
}

/** A training or a check, from its first second to what came of it. */
export function RunView({ id, onTrain, onDone, onClose }: Props) {
  const t = useTexts(TEXTS);
  const { job, failure } = useJob(id);
  const [report, setReport] = useState<Report>();
  const done = job?.state === 'done';
  const trained = done && job.kind === 'train';
  useEffect(() => {
    if (!trained) return;
    onDone();
    sendJson<Report>(`/v1/jobs/${id}/files/report.json`).then(setReport, () => {});
  }, [trained, id]);
  if (job === undefined) return failure ? <FailureNotice failure={failure} /> : null;
  const detail = (job.progress?.detail ?? {}) as Detail;
  const result = job.result as (TrainResult & { findings?: readonly Finding[] }) | undefined;
  const findings = result?.findings ?? detail.data?.findings;
  const curve = report?.curve ?? detail.curve ?? [];
  return (
    <section class="card run" aria-label={t.result}>
      <Progress job={job} onClose={onClose} />
      {failure !== undefined && <FailureNotice failure={failure} />}
      {job.error !== undefined && <FailureNotice failure={new Failure(job.error.code, job.error.message)} />}
      {findings !== undefined && <Findings findings={findings} />}
      {curve.length > 0 && <Curve epochs={curve} />}
      {report === undefined && detail.confusion?.counts && detail.confusion.classes && (
        <Confusion classes={detail.confusion.classes} counts={detail.confusion.counts} />
      )}
      {trained && report !== undefined && result !== undefined && (
        <ResultView job={id} report={report} result={result} onTrain={onTrain} />
      )}
    </section>
  );
}

function Progress({ job, onClose }: { readonly job: Job; onClose(): void }) {
  const t = useTexts(TEXTS);
  const { progress, state } = job;
  const stage = progress && (t.stages[progress.stage as keyof typeof t.stages] ?? progress.stage);
  return (
    <>
      <div class="row between">
        {/* Stages are announced, percents are not: they would never stop. */}
        <h2>
          <output>{stage ?? t.states[state]}</output>
        </h2>
        <span class="row">
          {job.kind === 'train' && progress?.stage === 'fine-tune' && (
            <button
              type="button"
              onClick={() => send(`/v1/jobs/${job.id}/finish`, { method: 'POST' }).catch(() => {})}
            >
              {t.finish}
            </button>
          )}
          {hasEnded(job) ? (
            <button type="button" onClick={onClose}>
              {t.close}
            </button>
          ) : (
            <button type="button" onClick={() => endJob(job.id).catch(() => {})}>
              {t.cancel}
            </button>
          )}
        </span>
      </div>
      {!hasEnded(job) && (
        <p>
          <progress
            aria-label={stage ?? t.states[state]}
            max={1}
            {...(progress?.fraction !== undefined && { value: progress.fraction })}
          />
          {progress?.secondsLeft !== undefined && <span class="soft">{t.left(progress.secondsLeft)}</span>}
        </p>
      )}
    </>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const t = useTexts(TEXTS);
  const { language } = useSession();
  return (
    <>
      <h3>{t.findings}</h3>
      {findings.length === 0 && <p class="soft">{t.nothingFound}</p>}
      <ul class="findings">
        {findings.map((finding) => (
          <li key={finding.kind}>
            {findingText(finding, language)}
            {finding.files !== undefined && finding.files.length > 0 && (
              <span class="soft"> {finding.files.slice(0, 5).join(', ')}</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
