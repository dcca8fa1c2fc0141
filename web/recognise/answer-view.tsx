import { useSession } from '../base/session.ts';
import { percent, useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import type { Answer } from './ask.ts';
import { Bars } from './bars.tsx';
import type { Finding } from './findings.ts';
import type { Outcome } from './gallery.ts';
import { TEXTS } from './texts.ts';

interface Props {
  readonly outcome: Outcome | undefined;
  readonly findings: readonly Finding[];
  /** How many more are below the threshold. */
  readonly hidden: number;
  readonly threshold: number;
  onThreshold(value: number): void;
  onRetry(): void;
  readonly active: number | undefined;
  setActive(index: number | undefined): void;
}

/** What the server says of the selected picture. */
export function AnswerView({
  outcome,
  findings,
  hidden,
  threshold,
  onThreshold,
  onRetry,
  active,
  setActive,
}: Props) {
  const t = useTexts(TEXTS);
  const answer = outcome?.state === 'answered' ? outcome.answer : undefined;
  const said =
    outcome === undefined
      ? t.waiting
      : outcome.state === 'waiting'
        ? t.queued
        : outcome.state === 'working'
          ? t.working
          : answer && findings.length === 0
            ? hidden > 0
              ? t.nothingAbove(hidden)
              : t.nothing
            : undefined;
  return (
    <div class="result">
      {/* There before it says anything: regions that come later are not read. */}
      <p role="status" class={said === undefined ? 'unseen' : 'hint'}>
        {said ?? summary(answer, findings, t)}
      </p>
      {outcome?.state === 'failed' && <FailureNotice failure={outcome.failure} onRetry={onRetry} />}
      {answer !== undefined && (
        <>
          <Verdict answer={answer} />
          {answer.task !== 'moderate' && <Threshold value={threshold} onChange={onThreshold} />}
          <Bars findings={findings} active={active} setActive={setActive} />
          <Facts answer={answer} />
        </>
      )}
    </div>
  );
}

function summary(answer: Answer | undefined, findings: readonly Finding[], t: (typeof TEXTS)['en']): string {
  if (answer === undefined) return '';
  if (answer.task === 'moderate') return t[answer.verdict];
  return findings
    .slice(0, 3)
    .map(({ name, score }) => `${name} ${percent(score)}`)
    .join(', ');
}

function Verdict({ answer }: { readonly answer: Answer }) {
  const t = useTexts(TEXTS);
  const { language } = useSession();
  if (answer.task === 'moderate') return <p class={`verdict ${answer.verdict}`}>{t[answer.verdict]}</p>;
  if (answer.task === 'detect' || answer.unknown !== true || answer.nearest === undefined) return null;
  const { nearest } = answer;
  return (
    <p class="caution">
      {t.unknown} {language === 'zh' ? (nearest.zh ?? nearest.label) : nearest.label}
    </p>
  );
}

/** A slider, and a field for those who cannot drag. */
function Threshold({ value, onChange }: { readonly value: number; onChange(value: number): void }) {
  const t = useTexts(TEXTS);
  const set = (text: string) => {
    const percents = Number(text);
    if (text !== '' && percents >= 0 && percents <= 100) onChange(percents / 100);
  };
  return (
    <div class="threshold">
      <label for="threshold">{t.threshold}</label>
      <input
        id="threshold"
        type="range"
        min="0"
        max="100"
        value={Math.round(value * 100)}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <input
        type="number"
        min="0"
        max="100"
        aria-label={t.thresholdPercent}
        value={Math.round(value * 100)}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <span aria-hidden="true">%</span>
    </div>
  );
}

function Facts({ answer: { picture, timings, model } }: { readonly answer: Answer }) {
  const t = useTexts(TEXTS);
  const [queue, decode, inference] = [timings.queue, timings.decode, timings.inference].map(Math.round);
  const total = Math.round(timings.queue + timings.decode + timings.inference);
  const parts = [model, `${picture.width} × ${picture.height}`, `${total} ${t.ms}`];
  if (picture.frames !== undefined) parts.push(t.frames(picture.frames.read, picture.frames.count));
  return (
    <p class="facts" title={t.ofWhich(queue ?? 0, decode ?? 0, inference ?? 0)}>
      {parts.join(' · ')}
    </p>
  );
}
