import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PictorError, toPictorError } from '../../errors.ts';
import { withLock } from '../../models/store/lock/lock.ts';
import { publicMessage } from '../http/error-response.ts';
import type { Logger } from '../observe/logger.ts';
import {
  isFileName,
  type JobPaths,
  jobBytes,
  jobPaths,
  loadJobs,
  makeJobFolders,
  removeJobFolder,
  saveJob,
} from './job-folder.ts';
import type { Job, JobContext, JobFile, JobKind, JobLimits, JobProgress, JobStatus, Json } from './types.ts';

/** How often expired jobs are looked for, and the disk share of a running job is measured. */
const SWEEP_MS = 30_000;
const MEASURE_MS = 5_000;
/** How long a job that was told to end may take before the server stops without it. */
const GRACE_MS = 10_000;
const MAX_RESULT_BYTES = 1024 * 1024;
const MAX_DETAIL_BYTES = 64 * 1024;

export interface JobManagerOptions {
  /** Folder of all jobs; made when the first one comes. */
  readonly folder: string;
  readonly kinds: readonly JobKind[];
  readonly limits: JobLimits;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export interface NewJob {
  readonly kind: string;
  /** Id of the key that asks for it. */
  readonly owner: string | undefined;
  /**
   * Fills the job's input folder and says what `run` gets. What it throws is the answer to the request; nothing is left.
   *
   * @param folder for uploaded files
   * @param reserve counts bytes before they are written. It throws JOB_STORAGE_FULL
   */
  prepare(folder: string, reserve: (bytes: number) => void): Promise<Json>;
}

/** What belongs to a job while it works. */
interface Work {
  readonly controller: AbortController;
  readonly finish: AbortController;
  readonly done: Promise<void>;
}

/**
 * Runs jobs: a bounded queue in front of a few that work, records on disk, and an end for each of them.
 *
 * One process owns the folder at a time. After a restart, ended jobs are there as they were, jobs that waited wait again,
 * and jobs that ran are `interrupted`.
 */
export class JobManager {
  readonly limits: JobLimits;
  readonly #options: JobManagerOptions;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #jobs = new Map<string, Job>();
  readonly #bytes = new Map<string, number>();
  readonly #work = new Map<string, Work>();
  readonly #listeners = new Map<string, Set<() => void>>();
  /** Jobs whose input is still arriving: they have a place, and no record yet. */
  #preparing = 0;
  #opening: Promise<void> | undefined;
  #release: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: JobManagerOptions) {
    this.#options = options;
    this.limits = options.limits;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
  }

  /**
   * Reads what an earlier process left. A second call waits for the first.
   *
   * @throws CONFIG_INVALID when another process owns the folder, FILE_WRITE_FAILED
   */
  open(): Promise<void> {
    this.#opening ??= this.#openFolder();
    return this.#opening;
  }

  /** {@link open}, where an earlier process left something. */
  async openExisting(): Promise<void> {
    if (existsSync(this.#options.folder)) await this.open();
  }

  /**
   * Makes a job. It is on disk when this resolves.
   *
   * @throws OVERLOADED when too many wait, JOB_STORAGE_FULL, SERVER_STOPPING, FILE_WRITE_FAILED, and what `prepare` throws
   */
  async create({ kind, owner, prepare }: NewJob): Promise<Job> {
    await this.open();
    if (this.#closed) throw new PictorError('SERVER_STOPPING');
    const { queued } = this.limits;
    if (this.#preparing + this.#count('queued') >= queued) {
      throw new PictorError('OVERLOADED', {
        expected: `at most ${queued} waiting jobs`,
        fix: 'Try again when one has ended',
        retryAfter: 30,
      });
    }
    const id = randomBytes(16).toString('hex');
    const paths = this.#paths(id);
    this.#preparing += 1;
    try {
      await this.#makeRoom();
      await makeJobFolders(paths);
      this.#bytes.set(id, 0);
      const input = await prepare(paths.input, (bytes) => this.#reserve(id, bytes));
      const job: Job = {
        id,
        kind,
        owner,
        createdAt: this.#options.clock(),
        input,
        status: { state: 'queued' },
        files: [],
      };
      this.#jobs.set(id, job);
      await this.#save(job);
      return job;
    } catch (thrown) {
      await this.#forget(id);
      throw thrown;
    } finally {
      this.#preparing -= 1;
      this.#startNext();
    }
  }

  /** The kind of a job, as far as it is known here. */
  kindOf({ kind }: Job): JobKind | undefined {
    return this.#kinds.get(kind);
  }

  /** Whether jobs of a kind can be made. */
  knows(kind: string): boolean {
    return this.#kinds.has(kind);
  }

  /** Folder of a job's uploaded files. */
  inputFolder({ id }: Job): string {
    return this.#paths(id).input;
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** All jobs, newest first. */
  list(): Job[] {
    return [...this.#jobs.values()].reverse();
  }

  /** When an ended job expires, milliseconds since 1970. */
  expiresAt({ status }: Job): number | undefined {
    return 'endedAt' in status ? status.endedAt + this.limits.keepMs : undefined;
  }

  /** Path of a file that the job offers. */
  filePath(job: Job, name: string): string | undefined {
    if (!job.files.some((file) => file.name === name)) return undefined;
    return join(this.#paths(job.id).files, name);
  }

  /**
   * Ends a job that waits or works; removes one that has ended, with its files.
   *
   * @returns the job as it is then, or `undefined` when it is gone
   */
  async end(id: string): Promise<Job | undefined> {
    const job = this.#jobs.get(id);
    if (job === undefined) return undefined;
    if ('endedAt' in job.status) {
      this.#jobs.delete(id);
      this.#notify(id);
      await this.#work.get(id)?.done;
      await this.#forget(id);
      return undefined;
    }
    const cancelled = this.#set(id, { state: 'cancelled', endedAt: this.#options.clock() });
    this.#work.get(id)?.controller.abort(new PictorError('ABORTED'));
    if (cancelled !== undefined) await this.#save(cancelled);
    return cancelled;
  }

  /**
   * Asks a job that works to end early with what there is by then.
   *
   * @returns the job
   * @throws FEATURE_UNSUPPORTED when its kind has nothing before its end
   */
  finish(job: Job): Job {
    if (this.kindOf(job)?.canFinish !== true) {
      throw new PictorError('FEATURE_UNSUPPORTED', {
        expected: 'a job that has something to show before its end',
        received: `one of the kind \`${job.kind}\``,
        fix: 'Cancel it with DELETE, or wait',
      });
    }
    this.#work.get(job.id)?.finish.abort();
    return job;
  }

  /**
   * Calls back whenever the job changed or is gone.
   *
   * @returns ends that
   * @throws OVERLOADED when too many watch
   */
  watch(id: string, listener: () => void): () => void {
    let watchers = 0;
    for (const set of this.#listeners.values()) watchers += set.size;
    if (watchers >= this.limits.watchers) {
      throw new PictorError('OVERLOADED', {
        expected: `at most ${this.limits.watchers} open event streams`,
        fix: 'Ask for the job itself now and then',
        retryAfter: 5,
      });
    }
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    };
  }

  /** Jobs by kind and state, and bytes on disk. */
  usage(): { readonly jobs: readonly Job[]; readonly bytes: number } {
    return { jobs: [...this.#jobs.values()], bytes: this.#totalBytes() };
  }

  /** Ends what works, as interrupted, and gives the folder free. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#opening?.catch(() => {});
    const reason = new PictorError('SERVER_STOPPING');
    for (const { controller } of this.#work.values()) controller.abort(reason);
    const settled = Promise.all([...this.#work.values()].map(({ done }) => done));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GRACE_MS);
    });
    await Promise.race([settled, late]);
    clearTimeout(timer);
    for (const id of this.#listeners.keys()) this.#notify(id);
    this.#release();
  }

  get closed(): boolean {
    return this.#closed;
  }

  async #openFolder(): Promise<void> {
    const { folder, clock, logger } = this.#options;
    await this.#lockFolder();
    const { jobs, damaged } = await loadJobs(folder);
    for (const id of damaged) {
      logger.warn({ job: id }, 'a job without a usable record is removed');
      await removeJobFolder(folder, id);
    }
    for (const job of jobs) {
      this.#jobs.set(job.id, job);
      this.#bytes.set(job.id, await jobBytes(this.#paths(job.id)));
      if (job.status.state !== 'running') continue;
      const { startedAt } = job.status;
      const cut = this.#set(job.id, { state: 'interrupted', startedAt, endedAt: clock() });
      logger.warn({ job: job.id, kind: job.kind }, 'a job was cut off by the end of the server');
      if (cut !== undefined) await this.#save(cut);
    }
    await this.#sweep();
    this.#timer = setInterval(() => void this.#sweep(), SWEEP_MS).unref();
    this.#startNext();
  }

  /** Holds the folder's lock until `close`. */
  #lockFolder(): Promise<void> {
    const { folder } = this.#options;
    return new Promise((resolve, reject) => {
      const held = withLock(join(folder, '.lock'), { times: { waitMs: 0 } }, () => {
        resolve();
        return new Promise<void>((release) => {
          this.#release = release;
        });
      });
      held.catch((cause: unknown) =>
        reject(
          new PictorError('CONFIG_INVALID', {
            expected: `a folder for jobs that no other server uses, at ${folder}`,
            received: cause instanceof Error ? cause.message : String(cause),
            fix: 'Give each server a `jobs.folder` of its own',
            cause,
          }),
        ),
      );
    });
  }

  #paths(id: string): JobPaths {
    return jobPaths(this.#options.folder, id);
  }

  #count(state: JobStatus['state']): number {
    let count = 0;
    for (const { status } of this.#jobs.values()) if (status.state === state) count += 1;
    return count;
  }

  #totalBytes(): number {
    let total = 0;
    for (const bytes of this.#bytes.values()) total += bytes;
    return total;
  }

  #reserve(id: string, bytes: number): void {
    if (this.#totalBytes() + bytes > this.limits.bytes) throw storageFull(this.limits.bytes);
    this.#bytes.set(id, (this.#bytes.get(id) ?? 0) + bytes);
  }

  #set(id: string, status: JobStatus): Job | undefined {
    const job = this.#jobs.get(id);
    if (job === undefined) return undefined;
    const next = { ...job, status };
    this.#jobs.set(id, next);
    this.#notify(id);
    return next;
  }

  #notify(id: string): void {
    for (const listener of [...(this.#listeners.get(id) ?? [])]) listener();
  }

  /** A record that cannot be written is logged: the job itself goes on, and only a restart would miss it. */
  async #save(job: Job): Promise<void> {
    try {
      await saveJob(this.#options.folder, job);
    } catch (thrown) {
      if (job.status.state === 'queued') throw thrown;
      this.#options.logger.error(
        { job: job.id, error: String(thrown) },
        'the record of a job cannot be written',
      );
    }
  }

  async #forget(id: string): Promise<void> {
    this.#jobs.delete(id);
    await removeJobFolder(this.#options.folder, id);
    this.#bytes.delete(id);
  }

  /** Removes expired jobs. */
  async #sweep(): Promise<void> {
    const now = this.#options.clock();
    for (const job of this.#jobs.values()) {
      const expiry = this.expiresAt(job);
      if (expiry !== undefined && expiry <= now) await this.end(job.id);
    }
  }

  /** Removes the oldest ended jobs until a new one may be kept. */
  async #makeRoom(): Promise<void> {
    await this.#sweep();
    for (const job of this.#jobs.values()) {
      const full = this.#jobs.size >= this.limits.kept || this.#totalBytes() >= this.limits.bytes;
      if (!full) return;
      if ('endedAt' in job.status) await this.end(job.id);
    }
  }

  #startNext(): void {
    if (this.#closed) return;
    for (const job of this.#jobs.values()) {
      if (this.#work.size >= this.limits.running) return;
      if (job.status.state === 'queued') this.#run(job);
    }
  }

  #run(job: Job): void {
    const controller = new AbortController();
    const finish = new AbortController();
    const done = this.#perform(job, controller, finish.signal).finally(() => {
      this.#work.delete(job.id);
      this.#startNext();
    });
    this.#work.set(job.id, { controller, finish, done });
  }

  async #perform(job: Job, controller: AbortController, finish: AbortSignal): Promise<void> {
    const { id, kind } = job;
    const { clock, logger } = this.#options;
    const startedAt = clock();
    const running = this.#set(id, { state: 'running', startedAt });
    if (running !== undefined) await this.#save(running);
    const measuring = setInterval(() => void this.#measure(id, controller), MEASURE_MS).unref();
    let status: JobStatus;
    try {
      const work = this.#kinds.get(kind);
      if (work === undefined) {
        throw new PictorError('FEATURE_UNSUPPORTED', { received: `a job of the kind \`${kind}\`` });
      }
      const result = await work.run(job.input, this.#contextOf(job, controller, finish));
      controller.signal.throwIfAborted();
      if (Buffer.byteLength(JSON.stringify(result)) > MAX_RESULT_BYTES) {
        throw new PictorError('INTERNAL', {
          expected: 'a result of at most 1 MiB',
          received: 'a larger one',
        });
      }
      status = { state: 'done', startedAt, endedAt: clock(), result };
    } catch (thrown) {
      status = statusOfFailure(thrown, controller.signal, startedAt, clock());
      if (status.state === 'failed') logger.error({ job: id, kind, error: String(thrown) }, 'a job failed');
    } finally {
      clearInterval(measuring);
    }
    this.#bytes.set(id, await jobBytes(this.#paths(id)));
    const current = this.#jobs.get(id);
    // A job that was cancelled, or removed, has its last state already.
    if (current === undefined || current.status.state !== 'running') return;
    const ended = this.#set(id, status);
    if (ended !== undefined) await this.#save(ended);
  }

  #contextOf({ id }: Job, controller: AbortController, finish: AbortSignal): JobContext {
    const { input, files } = this.#paths(id);
    return {
      id,
      inputFolder: input,
      signal: controller.signal,
      finish,
      logger: this.#options.logger,
      report: (progress) => {
        const job = this.#jobs.get(id);
        if (job?.status.state === 'running') this.#set(id, { ...job.status, progress: bounded(progress) });
      },
      file: (name, mediaType) => {
        if (!isFileName(name)) {
          throw new PictorError('CONFIG_INVALID', {
            expected: 'a file name of letters, digits and . _ -',
            received: name.slice(0, 100),
          });
        }
        this.#offer(id, { name, mediaType });
        return join(files, name);
      },
    };
  }

  #offer(id: string, file: JobFile): void {
    const job = this.#jobs.get(id);
    if (job === undefined || job.files.some(({ name }) => name === file.name)) return;
    this.#jobs.set(id, { ...job, files: [...job.files, file] });
    this.#notify(id);
  }

  async #measure(id: string, controller: AbortController): Promise<void> {
    this.#bytes.set(id, await jobBytes(this.#paths(id)));
    if (this.#totalBytes() > this.limits.bytes) controller.abort(storageFull(this.limits.bytes));
  }
}

function statusOfFailure(
  thrown: unknown,
  signal: AbortSignal,
  startedAt: number,
  endedAt: number,
): JobStatus {
  const reason: unknown = signal.reason;
  const error = toPictorError(signal.aborted && reason instanceof PictorError ? reason : thrown);
  if (error.code === 'SERVER_STOPPING') return { state: 'interrupted', startedAt, endedAt };
  if (error.code === 'ABORTED' && signal.aborted) return { state: 'cancelled', endedAt };
  const { code, retryable } = error;
  return { state: 'failed', startedAt, endedAt, error: { code, message: publicMessage(error), retryable } };
}

function bounded(progress: JobProgress): JobProgress {
  const { detail, ...rest } = progress;
  if (detail === undefined || Buffer.byteLength(JSON.stringify(detail)) > MAX_DETAIL_BYTES) return rest;
  return progress;
}

function storageFull(bytes: number): PictorError {
  return new PictorError('JOB_STORAGE_FULL', {
    expected: `at most ${bytes} bytes of all jobs together`,
    fix: 'Delete jobs that have ended, or raise `jobs.limits.bytes`',
  });
}
