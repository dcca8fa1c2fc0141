/**
 * Long work behind HTTP: a request makes a job, others watch it, end it and fetch what it made.
 *
 * @module
 */
import type { ErrorCode } from '../../errors.ts';
import type { Logger } from '../observe/logger.ts';

/** Anything that JSON can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** How far a running job is. Every part may be missing: not all work knows its length. */
export interface JobProgress {
  /** What is being done, one word for programs, e.g. `features`, `epoch`, `frames`. */
  readonly stage: string;
  /** Done so far, 0..1. */
  readonly fraction?: number;
  /** Seconds until the end, estimated from the rate so far. */
  readonly secondsLeft?: number;
  /** One sentence for people. */
  readonly message?: string;
  /** What the kind of job wants to show while it runs, e.g. a learning curve: at most 64 KiB as JSON. */
  readonly detail?: Json;
}

/** Why a job failed, as the error table says it. */
export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** The state of a job. Times are milliseconds since 1970. */
export type JobStatus =
  | { readonly state: 'queued' }
  | { readonly state: 'running'; readonly startedAt: number; readonly progress?: JobProgress | undefined }
  | { readonly state: 'done'; readonly startedAt: number; readonly endedAt: number; readonly result: Json }
  | {
      readonly state: 'failed';
      readonly startedAt: number;
      readonly endedAt: number;
      readonly error: JobError;
    }
  | { readonly state: 'cancelled'; readonly endedAt: number }
  /** The server ended while the job ran. */
  | { readonly state: 'interrupted'; readonly startedAt: number; readonly endedAt: number };

/** A file that a job offers for download. */
export interface JobFile {
  /** Letters, digits and `. _ -`; unique within the job. */
  readonly name: string;
  readonly mediaType: string;
}

/** A job as it is known to the server, and as it lies on disk. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  /** The key that made it; without keys, nobody's. */
  readonly owner?: string | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** What `run` gets: options, and names of files in the job's `input` folder. */
  readonly input: Json;
  readonly status: JobStatus;
  readonly files: readonly JobFile[];
}

/** What a job's work gets. */
export interface JobContext {
  readonly id: string;
  /** Folder of uploaded files, the job's alone. */
  readonly inputFolder: string;
  /** Fires when the job is cancelled, the server ends, or the disk share of jobs is used up. */
  readonly signal: AbortSignal;
  /** Fires when somebody asks for an early end with what there is by then; for kinds that say they can. */
  readonly finish: AbortSignal;
  readonly logger: Logger;
  /** Says how far the work is. Cheap: watchers get the newest state, not every one. */
  report(progress: JobProgress): void;
  /**
   * Offers a file for download from now on, also while it grows.
   *
   * @returns the path to write to
   * @throws CONFIG_INVALID when the name cannot be used
   */
  file(name: string, mediaType: string): string;
}

/**
 * A kind of job: what its input is and what does the work.
 *
 * @example
 * import { setTimeout } from 'node:timers/promises';
 *
 * const countdown: JobKind = {
 *   name: 'countdown',
 *   async run(input, { signal, report }) {
 *     for (let left = 3; left > 0; left--) {
 *       report({ stage: 'counting', fraction: 1 - left / 3 });
 *       await setTimeout(100, undefined, { signal });
 *     }
 *     return { counted: 3 };
 *   },
 * };
 */
export interface JobKind {
  /** One lower-case word: label in metrics, `kind` in answers. */
  readonly name: string;
  /**
   * Does the work. What it throws is the job's failure; after the signal fired, its end is a cancellation whatever it throws.
   *
   * @returns the result, at most 1 MiB as JSON; what is larger belongs into a file
   */
  run(input: Json, context: JobContext): Promise<Json>;
  /** Whether the work heeds `finish` (default false). */
  readonly canFinish?: boolean;
  /** What clients may know of the input, so that a page finds its work again (default: nothing). */
  describe?(input: Json): Json;
  /** Folder of the pictures that the job works on, for kinds whose pictures clients may look at. */
  pictureFolder?(input: Json, inputFolder: string): string;
}

/** Bounds of jobs, resolved. */
export interface JobLimits {
  /** Jobs that work at the same time (default 1: each uses every core). */
  readonly running: number;
  /** Jobs that wait; more are answered with `OVERLOADED` (default 16). */
  readonly queued: number;
  /** Jobs that are kept, ended ones included; the oldest ended ones make room (default 100). */
  readonly kept: number;
  /** How long an ended job is kept, milliseconds (default 24 hours). */
  readonly keepMs: number;
  /** Bytes on disk of all jobs together (default 4 GiB). */
  readonly bytes: number;
  /** Bytes of one uploaded file (default 1 GiB). */
  readonly uploadBytes: number;
  /** Time for an upload to arrive, milliseconds (default 10 minutes). */
  readonly uploadMs: number;
  /** Event streams that are open at the same time (default 64). */
  readonly watchers: number;
}

export const DEFAULT_JOB_LIMITS: JobLimits = {
  running: 1,
  queued: 16,
  kept: 100,
  keepMs: 24 * 3600 * 1000,
  bytes: 4 * 1024 ** 3,
  uploadBytes: 1024 ** 3,
  uploadMs: 10 * 60 * 1000,
  watchers: 64,
};

/** Limits as a caller writes them. */
export type JobLimitsInput = { readonly [Name in keyof JobLimits]?: JobLimits[Name] | undefined };
