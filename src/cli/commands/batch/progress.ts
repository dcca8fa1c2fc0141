import type { Place } from '../../../batch/place/types.ts';
import type { ChunkReport } from '../../../batch/run/run-chunk.ts';
import type { BatchStatus } from '../../../batch/status.ts';
import { type TerminalBar, terminalBar } from '../../render/progress-bar.ts';
import { duration, number } from './describe.ts';

/** How often the place is asked how far all workers are. */
const TERMINAL_MS = 3_000;
/** The same where there is no terminal: each time is a line of a log. */
const LOG_MS = 60_000;

/** What a person sees of a run while this worker works on it. */
export interface RunProgress {
  chunk(report: ChunkReport): void;
  stop(): void;
}

/**
 * Shows a run on standard error: a bar on a terminal, now and then a line elsewhere.
 *
 * @param place of the run; all workers are counted, not this one alone
 */
export async function followRun(place: Place): Promise<RunProgress> {
  const [{ readPlan }, { statusOf }] = await Promise.all([
    import('../../../batch/plan/read-plan.ts'),
    import('../../../batch/status.ts'),
  ]);
  const plan = await readPlan(place);
  const errors = new Map<string, number>();
  const isTerminal = process.stderr.isTTY === true;
  let bar: TerminalBar | undefined;
  let status: BatchStatus | undefined;

  const details = () => {
    const { rate, secondsLeft, workers = [] } = status ?? {};
    const failures = [...errors].sort(([, one], [, other]) => other - one).slice(0, 3);
    return [
      ...(rate === undefined ? [] : [`${rate.toFixed(1)}/s`]),
      ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
      ...(workers.length > 1 ? [`${workers.length} workers`] : []),
      ...failures.map(([code, count]) => `${code} ${number(count)}`),
    ].join(' · ');
  };
  const show = () => {
    const done = status?.inputs.done ?? 0;
    if (!isTerminal) {
      process.stderr.write(`${number(done)} of ${number(plan.count)} pictures · ${details()}\n`);
      return;
    }
    bar ??= terminalBar(
      24,
      (drawn, { done: rows, total }) => `${drawn} ${number(rows)}/${number(total)} · ${details()}`,
    );
    bar.update(done, plan.count);
  };
  const look = async () => {
    // How it looks is not worth the end of the work.
    status = await statusOf(plan, place).catch(() => status);
    show();
  };
  const timer = setInterval(look, isTerminal ? TERMINAL_MS : LOG_MS);
  timer.unref();
  if (isTerminal) await look();
  return {
    chunk(report) {
      for (const [code, count] of Object.entries(report.errors)) {
        errors.set(code, (errors.get(code) ?? 0) + count);
      }
      if (!isTerminal || status === undefined || report.already) return;
      const { inputs } = status;
      status = { ...status, inputs: { ...inputs, done: Math.min(inputs.all, inputs.done + report.rows) } };
      show();
    },
    stop() {
      clearInterval(timer);
      bar?.stop();
      bar = undefined;
    },
  };
}
