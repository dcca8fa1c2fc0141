import { monotonicNow } from '../../base/clock.ts';
import type { MemoryBudget, Release } from '../../base/memory-budget.ts';
import { PictorError } from '../../errors.ts';
import type { ThreadPolicy } from '../options.ts';
import type { Job } from '../pool/job.ts';
import type { WorkerSlot } from '../pool/slot.ts';
import type { Recorder } from '../stats/recorder.ts';
import type { ShedReason } from '../stats/types.ts';
import type { QueueOptions } from '../types.ts';
import { admit, lateness, overloaded } from './admission.ts';
import { Backlog } from './backlog.ts';
import { FairQueue } from './fair-queue.ts';
import { Forecast } from './forecast.ts';
import { threadShare } from './thread-share.ts';

/** Times that a worker may die holding a job before the job is given up; a hang counts twice. */
const LOSSES = 3;

/** Deaths of a worker in a row after which its waiting work is answered instead of waiting for a better one. */
const HOPELESS_DEATHS = 5;

/** How often workers are checked for hanging, milliseconds. */
const WATCH_MS = 500;

/** How often the line is looked through for jobs that cannot make it any more, milliseconds. */
const REVIEW_MS = 20;

export interface DispatcherOptions {
  readonly bounds: QueueOptions;
  /** Jobs that a worker may hold. */
  readonly depth: number;
  /** Memory for the pictures that workers hold. */
  readonly memory: MemoryBudget;
  readonly inferenceTimeoutMs: number;
  readonly recorder: Recorder;
}

/** Between the callers and the workers: who may wait, who is next, and where it runs. */
export class Dispatcher {
  readonly #queue = new FairQueue<Job>();
  readonly #slots: readonly WorkerSlot[];
  readonly #bounds: QueueOptions;
  /** Jobs that a worker may hold. */
  readonly #depth: number;
  readonly #recorder: Recorder;
  readonly #memory: MemoryBudget;
  readonly #held = new Map<Job, Release>();
  readonly #backlog = new Backlog();
  readonly #forecast = new Forecast(this.#queue, this.#backlog);
  /** Names of the models, by session. */
  readonly #models = new Map<number, string>();
  readonly #threads = new Map<number, ThreadPolicy>();
  readonly #inferenceTimeoutMs: number;
  #drains: { readonly session: number | undefined; readonly resolve: () => void }[] = [];
  #watch: NodeJS.Timeout | undefined;
  #review: NodeJS.Timeout | undefined;

  constructor(slots: readonly WorkerSlot[], options: DispatcherOptions) {
    this.#inferenceTimeoutMs = options.inferenceTimeoutMs;
    this.#slots = slots;
    this.#bounds = options.bounds;
    this.#depth = options.depth;
    this.#recorder = options.recorder;
    this.#memory = options.memory;
  }

  get queue(): Pick<FairQueue<Job>, 'size' | 'pixels' | 'bytes'> {
    return this.#queue;
  }

  /** Jobs that workers hold. */
  get inFlight(): number {
    return this.#backlog.size;
  }

  addSession(session: number, name: string, threads: ThreadPolicy): void {
    this.#models.set(session, name);
    this.#threads.set(session, threads);
    this.#forecast.addSession(session);
  }

  removeSession(session: number): void {
    this.#models.delete(session);
    this.#threads.delete(session);
    this.#forecast.removeSession(session);
  }

  /** What to reckon with before the first job is done. @param ms a warm inference */
  expect(session: number, ms: number): void {
    this.#forecast.expect(session, ms);
  }

  /**
   * Refuses what {@link submit} would refuse whatever the job, or lets it pass.
   *
   * @param leftMs milliseconds until the answer is worth nothing
   * @throws OVERLOADED
   */
  check(client: string, leftMs: number): void {
    const now = monotonicNow();
    const slots = this.#slots.filter(({ alive }) => alive);
    if (this.#queue.size === 0 && slots.some(({ load }) => load === 0)) return;
    const etaMs = this.#forecast.leastArrivalMs(client, leftMs, slots, now);
    if (etaMs <= leftMs) return;
    this.#recorder.emit({ type: 'shed', model: '', reason: 'late' });
    throw overloaded(lateness(leftMs, etaMs), this.#forecast.drainMs(slots, now));
  }

  /**
   * Takes a job in, or refuses it at once.
   *
   * @throws OVERLOADED
   */
  submit(job: Job): void {
    const now = monotonicNow();
    job.enqueuedAt = now;
    this.#keepWatch();
    const slots = this.#slotsOf(job.session);
    const free = this.#queue.size === 0 && this.#hasMemory(job) ? this.#freest(slots, now) : undefined;
    const etaMs = this.#forecast.arrivalMs(job, slots, free?.load === 0, now);
    const leftMs = job.deadlineAt - now;
    if (free !== undefined && etaMs <= leftMs) {
      this.#send(free, job, now);
      return;
    }
    const { client, pixels, bytes } = job;
    const verdict = admit(this.#queue, this.#bounds, { client, pixels, bytes, etaMs, leftMs });
    if (verdict.kind === 'refused') throw this.#shed(job, verdict.reason, verdict.expected);
    if (verdict.kind === 'instead-of') {
      const { victim } = verdict;
      this.#queue.remove(victim);
      victim.failed(this.#shed(victim, 'unfair-share', 'no client to fill the whole line'));
    }
    this.#enqueue(job);
    this.pump();
  }

  /** Takes a job out that nobody wants any more; those who wanted it know already. */
  cancel(job: Job, error: PictorError): void {
    if (!this.#queue.remove(job)) this.#backlog.slotOf(job)?.cancel(job);
    else if (error.code === 'DEADLINE_EXCEEDED') this.#note(job, 'deadline');
  }

  /** Gives waiting jobs to workers that have room. */
  pump(): void {
    while (this.#queue.size > 0) {
      const now = monotonicNow();
      const slots = this.#slots.filter(({ alive, load }) => alive && load < this.#depth);
      if (slots.length === 0) return;
      const job = this.#queue.take(
        (waiting) => this.#hasMemory(waiting) && slots.some((slot) => slot.canRun(waiting.session)),
      );
      const slot = job && this.#freest(this.#slotsOf(job.session), now);
      if (job === undefined || slot === undefined) return;
      this.#dispatch(slot, job, now);
    }
  }

  /** A worker is done with a job. @param occupiedMs how long it kept the worker busy, when that says something */
  release(job: Job, occupiedMs: number | undefined): void {
    const now = monotonicNow();
    this.#takeBack(job, now);
    if (occupiedMs !== undefined) this.#forecast.learn(job, occupiedMs, now);
    this.#rest();
  }

  /** A worker died with these jobs: others get them, in front of everything that waits. */
  reclaim(jobs: readonly Job[], loss: { readonly reason: string; readonly hung: boolean }): void {
    const now = monotonicNow();
    for (const job of jobs.toReversed()) {
      this.#takeBack(job, now);
      job.losses += loss.hung ? 2 : 1;
      if (job.abandoned) job.failed(new PictorError('ABORTED'));
      else if (job.losses >= LOSSES) job.failed(lost(loss.reason));
      else {
        this.#recorder.retried();
        this.#enqueue(job, true);
      }
    }
    this.pump();
    this.#giveUpHopeless(loss.reason);
    this.#rest();
  }

  /** A worker died with these jobs, and there will be no other. */
  abandon(jobs: readonly Job[], error: PictorError): void {
    const now = monotonicNow();
    for (const job of jobs) {
      this.#takeBack(job, now);
      job.failed(error);
    }
    this.#rest();
  }

  /** Answers all waiting jobs, or those of one session, with an error. */
  drop(error: PictorError, session?: number): void {
    for (const job of this.#queue) {
      if (session !== undefined && job.session !== session) continue;
      this.#queue.remove(job);
      job.failed(error);
    }
    this.#rest();
  }

  /** Resolves when workers hold no job (of the session) any more. */
  drained(session?: number): Promise<void> {
    return new Promise((resolve) => {
      this.#drains.push({ session, resolve });
      this.#rest();
    });
  }

  /** While there is work, workers are watched, and the process does not end. */
  #keepWatch(): void {
    this.#watch ??= setInterval(() => {
      for (const slot of this.#slots) slot.checkHung(this.#inferenceTimeoutMs);
      this.#rest();
    }, WATCH_MS);
    this.#watch.ref();
  }

  #rest(): void {
    if (this.#backlog.size + this.#queue.size === 0) this.#watch?.unref();
    if (this.#drains.length === 0) return;
    const busy = this.#backlog.sessions;
    const isDrained = ({ session }: { session: number | undefined }) =>
      session === undefined ? busy.size === 0 : !busy.has(session);
    const drained = this.#drains.filter(isDrained);
    this.#drains = this.#drains.filter((drain) => !isDrained(drain));
    for (const { resolve } of drained) resolve();
  }

  #enqueue(job: Job, first = false): void {
    this.#queue.push(job, first);
    this.#review ??= setTimeout(() => this.#lookThrough(), REVIEW_MS);
  }

  /** Refuses the jobs in line that will not make it, now that this is known, rather than when their time is up. */
  #lookThrough(): void {
    this.#review = undefined;
    const now = monotonicNow();
    this.#queue.appraise((job) => this.#forecast.costMs(job));
    let aheadMs = 0;
    for (const job of this.#queue) {
      const etaMs = this.#forecast.inLineMs(job, aheadMs, this.#slotsOf(job.session), now);
      if (etaMs <= job.deadlineAt - now) aheadMs += job.costMs;
      else this.#refuseLate(job, etaMs, now);
    }
    if (this.#queue.size > 0) this.#review ??= setTimeout(() => this.#lookThrough(), REVIEW_MS);
  }

  #dispatch(slot: WorkerSlot, job: Job, now: number): void {
    const etaMs = this.#forecast.nextMs(job, slot, now);
    // Running it would only make the next one late as well.
    if (etaMs > job.deadlineAt - now) this.#refuseLate(job, etaMs, now);
    else this.#send(slot, job, now);
  }

  #refuseLate(job: Job, etaMs: number, now: number): void {
    this.#queue.remove(job);
    job.failed(this.#shed(job, 'late', lateness(job.deadlineAt - now, etaMs)));
  }

  #send(slot: WorkerSlot, job: Job, now: number): void {
    const release = this.#memory.tryTake(job.memory);
    if (release !== undefined) this.#held.set(job, release);
    this.#backlog.add(job, slot, now);
    job.threads = this.#threadsFor(job);
    slot.send(job);
  }

  /** The processors' share of each picture that is worked on at the same time. */
  #threadsFor({ session }: Job): number | undefined {
    const policy = this.#threads.get(session);
    if (policy?.kind !== 'by-load') return undefined;
    const busy = Math.min(this.#backlog.size + this.#queue.size, this.#slotsOf(session).length);
    return threadShare(policy.most, busy);
  }

  /** A worker does not hold the job any more. */
  #takeBack(job: Job, now: number): void {
    this.#backlog.delete(job, now);
    this.#held.get(job)?.();
    this.#held.delete(job);
  }

  /** Whether the picture may be decoded now, besides those that are. */
  #hasMemory({ memory }: Job): boolean {
    return this.#memory.held + memory <= this.#memory.limit;
  }

  /** The one with the least to do of those that have room. */
  #freest(slots: readonly WorkerSlot[], now: number): WorkerSlot | undefined {
    const leftMs = (slot: WorkerSlot) => this.#backlog.remainingMs(slot, now);
    let best: WorkerSlot | undefined;
    for (const slot of slots) {
      if (slot.load >= this.#depth) continue;
      const less = slot.load - (best?.load ?? slot.load);
      if (best === undefined || less < 0 || (less === 0 && leftMs(slot) < leftMs(best))) best = slot;
    }
    return best;
  }

  #slotsOf(session: number): WorkerSlot[] {
    return this.#slots.filter((slot) => slot.canRun(session));
  }

  #shed(job: Job, reason: ShedReason, expected: string): PictorError {
    this.#note(job, reason);
    return overloaded(expected, this.#forecast.drainMs(this.#slotsOf(job.session), monotonicNow()));
  }

  #note(job: Job, reason: ShedReason): void {
    this.#recorder.emit({ type: 'shed', model: this.#models.get(job.session) ?? '', reason });
  }

  #giveUpHopeless(reason: string): void {
    for (const job of this.#queue) {
      const mine = this.#slots.filter((slot) => slot.has(job.session));
      if (!mine.every((slot) => !slot.canRun(job.session) && slot.deaths >= HOPELESS_DEATHS)) continue;
      this.#queue.remove(job);
      job.failed(lost(reason));
    }
  }
}

function lost(reason: string): PictorError {
  return new PictorError('WORKER_LOST', { received: reason, fix: 'Try again', retryAfter: 1 });
}
