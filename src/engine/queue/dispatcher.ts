import { PictorError } from '../../errors.ts';
import { monotonicNow } from '../clock.ts';
import type { Job } from '../pool/job.ts';
import type { WorkerSlot } from '../pool/slot.ts';
import type { Recorder } from '../stats/recorder.ts';
import type { ShedReason } from '../stats/types.ts';
import type { QueueOptions } from '../types.ts';
import { admit, overloaded } from './admission.ts';
import { FairQueue } from './fair-queue.ts';
import { ServiceTime } from './service-time.ts';

/** Times that a worker may die holding a job before the job is given up; a hang counts twice. */
const LOSSES = 3;

/** Deaths of a worker in a row after which its waiting work is answered instead of waiting for a better one. */
const HOPELESS_DEATHS = 5;

/** How often workers are checked for hanging, milliseconds. */
const WATCH_MS = 500;

/** What the dispatcher knows of a model. */
interface Lane {
  readonly name: string;
  readonly service: ServiceTime;
}

export interface DispatcherOptions {
  readonly bounds: QueueOptions;
  /** Jobs that a worker may hold. */
  readonly depth: number;
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
  readonly #lanes = new Map<number, Lane>();
  /** Which slot holds a job. */
  readonly #held = new Map<Job, WorkerSlot>();
  readonly #inferenceTimeoutMs: number;
  #drains: { readonly session: number | undefined; readonly resolve: () => void }[] = [];
  #watch: NodeJS.Timeout | undefined;

  constructor(slots: readonly WorkerSlot[], options: DispatcherOptions) {
    this.#inferenceTimeoutMs = options.inferenceTimeoutMs;
    this.#slots = slots;
    this.#bounds = options.bounds;
    this.#depth = options.depth;
    this.#recorder = options.recorder;
  }

  get queue(): Pick<FairQueue<Job>, 'size' | 'pixels' | 'bytes'> {
    return this.#queue;
  }

  /** Jobs that workers hold. */
  get inFlight(): number {
    return this.#held.size;
  }

  addSession(session: number, name: string): void {
    this.#lanes.set(session, { name, service: new ServiceTime() });
  }

  /** What to reckon with before the first job is done. @param ms a warm inference */
  expect(session: number, ms: number): void {
    const service = this.#lanes.get(session)?.service;
    if (service?.mean === undefined) service?.observe(ms);
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
    const free = this.#queue.size === 0 ? this.#freeSlot(job) : undefined;
    if (free !== undefined && this.#etaMs(job, free.load) <= job.deadlineAt - now) {
      this.#send(free, job);
      return;
    }
    const { client, pixels, bytes } = job;
    const ahead = this.#queue.ahead(client) + this.#held.size;
    const etaMs = this.#etaMs(job, ahead / Math.max(1, this.#workersOf(job.session)));
    const verdict = admit(this.#queue, this.#bounds, {
      client,
      pixels,
      bytes,
      etaMs,
      leftMs: job.deadlineAt - now,
    });
    if (verdict.kind === 'refused') throw this.#shed(job, verdict.reason, verdict.expected);
    if (verdict.kind === 'instead-of') {
      const { victim } = verdict;
      this.#queue.remove(victim);
      victim.failed(this.#shed(victim, 'unfair-share', 'no client to fill the whole line'));
    }
    this.#queue.push(job);
    this.pump();
  }

  /** Takes a job out that nobody wants any more; those who wanted it know already. */
  cancel(job: Job, error: PictorError): void {
    if (!this.#queue.remove(job)) this.#held.get(job)?.cancel(job);
    else if (error.code === 'DEADLINE_EXCEEDED') this.#note(job, 'deadline');
  }

  /** Gives waiting jobs to workers that have room. */
  pump(): void {
    while (this.#queue.size > 0) {
      const slots = this.#slots.filter(({ alive, load }) => alive && load < this.#depth);
      if (slots.length === 0) return;
      slots.sort((a, b) => a.load - b.load);
      let sent = false;
      for (const slot of slots) {
        const job = this.#queue.take(({ session }) => slot.canRun(session));
        if (job === undefined) continue;
        this.#dispatch(slot, job);
        sent = true;
        break;
      }
      if (!sent) return;
    }
  }

  /** A worker is done with a job. @param occupiedMs how long it kept the worker busy, when that says something */
  release(job: Job, occupiedMs: number | undefined): void {
    this.#held.delete(job);
    if (occupiedMs !== undefined) this.#lanes.get(job.session)?.service.observe(occupiedMs);
    this.#rest();
  }

  /** A worker died with these jobs: others get them, in front of everything that waits. */
  reclaim(jobs: readonly Job[], loss: { readonly reason: string; readonly hung: boolean }): void {
    for (const job of jobs.toReversed()) {
      this.#held.delete(job);
      job.losses += loss.hung ? 2 : 1;
      if (job.abandoned) job.failed(new PictorError('ABORTED'));
      else if (job.losses >= LOSSES) job.failed(lost(loss.reason));
      else {
        this.#recorder.retried();
        this.#queue.push(job, true);
      }
    }
    this.pump();
    this.#giveUpHopeless(loss.reason);
    this.#rest();
  }

  /** A worker died with these jobs, and there will be no other. */
  abandon(jobs: readonly Job[], error: PictorError): void {
    for (const job of jobs) {
      this.#held.delete(job);
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

  removeSession(session: number): void {
    this.#lanes.delete(session);
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
    if (this.#held.size + this.#queue.size === 0) this.#watch?.unref();
    if (this.#drains.length === 0) return;
    const busy = new Set([...this.#held.keys()].map((job) => job.session));
    const isDrained = ({ session }: { session: number | undefined }) =>
      session === undefined ? busy.size === 0 : !busy.has(session);
    const drained = this.#drains.filter(isDrained);
    this.#drains = this.#drains.filter((drain) => !isDrained(drain));
    for (const { resolve } of drained) resolve();
  }

  #dispatch(slot: WorkerSlot, job: Job): void {
    const left = job.deadlineAt - monotonicNow();
    if (this.#etaMs(job, slot.load) > left) {
      // Running it would only make the next one late as well.
      this.#note(job, 'deadline');
      job.failed(new PictorError('DEADLINE_EXCEEDED', { fix: 'Try again later' }));
      return;
    }
    this.#send(slot, job);
  }

  #send(slot: WorkerSlot, job: Job): void {
    this.#held.set(job, slot);
    slot.send(job);
  }

  #freeSlot(job: Job): WorkerSlot | undefined {
    let best: WorkerSlot | undefined;
    for (const slot of this.#slots) {
      if (slot.load >= this.#depth || !slot.canRun(job.session)) continue;
      if (best === undefined || slot.load < best.load) best = slot;
    }
    return best;
  }

  #workersOf(session: number): number {
    return this.#slots.filter((slot) => slot.canRun(session)).length;
  }

  /** Milliseconds until a job is answered that has this many others of its kind before it on its worker. */
  #etaMs(job: Job, before: number): number {
    return (before + 1) * (this.#lanes.get(job.session)?.service.mean ?? 0);
  }

  #shed(job: Job, reason: ShedReason, expected: string): PictorError {
    this.#note(job, reason);
    const workers = Math.max(1, this.#workersOf(job.session));
    return overloaded(expected, this.#etaMs(job, (this.#queue.size + this.#held.size) / workers));
  }

  #note(job: Job, reason: ShedReason): void {
    this.#recorder.emit({ type: 'shed', model: this.#lanes.get(job.session)?.name ?? '', reason });
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
