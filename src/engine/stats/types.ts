import type { ErrorCode, PictorError } from '../../errors.ts';
import type { BackendName, SessionState } from '../state.ts';

/** Counts of values at or below each bound; the last count is for what is above every bound. */
export interface HistogramSnapshot {
  /** Milliseconds, ascending. */
  readonly bounds: readonly number[];
  /** One more than there are bounds. Not cumulative. */
  readonly counts: readonly number[];
  readonly count: number;
  /** Milliseconds. */
  readonly sum: number;
}

/** Where the time of a picture goes. */
export type Stage = 'queue' | 'decode' | 'inference' | 'total';

/** Why work was turned away. */
export type ShedReason = 'queue-full' | 'late' | 'deadline' | 'unfair-share';

export interface EngineStats {
  readonly workers: {
    readonly configured: number;
    readonly alive: number;
    readonly busy: number;
    readonly restarts: number;
    /** Process ids of the living workers. */
    readonly pids: readonly number[];
  };
  readonly queue: { readonly pictures: number; readonly pixels: number; readonly bytes: number };
  /** Pictures that workers hold. */
  readonly inFlight: number;
  readonly completed: number;
  /** Failures by code, refusals included. */
  readonly failed: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly shed: Readonly<Record<ShedReason, number>>;
  /** Requests put to another worker because theirs died. */
  readonly retried: number;
  readonly cache: {
    readonly entries: number;
    readonly bytes: number;
    readonly hits: number;
    readonly misses: number;
    /** Requests answered by another request's inference. */
    readonly joined: number;
  };
  readonly stages: Readonly<Record<Stage, HistogramSnapshot>>;
  readonly sessions: readonly { readonly model: string; readonly state: SessionState }[];
}

/** What happens inside an engine, as it happens. */
export type EngineEvent =
  | { readonly type: 'session'; readonly model: string; readonly state: SessionState }
  | { readonly type: 'worker-up'; readonly worker: number; readonly backend: BackendName }
  | {
      readonly type: 'worker-lost';
      readonly worker: number;
      readonly reason: string;
      readonly restartInMs: number;
    }
  /** A worker cannot open a model that it or its predecessor had, e.g. because the file is another one by now. */
  | {
      readonly type: 'model-unusable';
      readonly model: string;
      /** Tells apart sessions of the same model. */
      readonly session: number;
      readonly worker: number;
      readonly error: PictorError;
    }
  /** A worker has opened a model: for the first time, after its predecessor died, or after it was unusable. */
  | { readonly type: 'model-usable'; readonly session: number; readonly worker: number }
  /** `model` is empty when the work was turned away before it was known for which. */
  | { readonly type: 'shed'; readonly model: string; readonly reason: ShedReason };
