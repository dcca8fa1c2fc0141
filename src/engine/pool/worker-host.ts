import { setPriority } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { PictorError } from '../../errors.ts';
import { allocateControl, type Control, monotonicNow, openControl } from '../worker/control.ts';
import type { FromWorker, LoadedModel, OpenSpec, ToWorker, WorkerSetup } from '../worker/protocol.ts';
import { spawnWorker } from '../worker/spawn.ts';
import { fromWireError } from '../worker/wire-error.ts';
import type { Job, JobResult } from './job.ts';

/** What a host tells the pool. */
export interface HostEvents {
  /** The worker holds one job fewer. `occupiedMs` is the time that the job kept the worker busy. */
  readonly settled: (job: Job, outcome: JobResult | PictorError, occupiedMs: number) => void;
  readonly batch: (message: Extract<FromWorker, { type: 'batch' }>) => void;
  /** The worker is gone, with the jobs that it held. `hung` is the one it was stuck in, if that was the reason. */
  readonly lost: (jobs: readonly Job[], reason: string, hung: boolean) => void;
}

interface Opening {
  readonly resolve: (opened: Opened) => void;
  readonly reject: (error: PictorError) => void;
  readonly onWarming: () => void;
  model?: LoadedModel;
}

/** A model that is loaded and warm on one worker. */
export interface Opened {
  readonly model: LoadedModel;
  /** Milliseconds of a warm inference, when one was made. */
  readonly inferenceMs: number | undefined;
}

/** One worker thread, from birth to death: its jobs, its sessions, its watchdog. */
export class WorkerHost {
  readonly #worker: Worker;
  readonly #control: Control;
  readonly #events: HostEvents;
  readonly #jobs = new Map<number, { job: Job; slot: number }>();
  readonly #openings = new Map<number, Opening>();
  readonly #closings = new Map<number, () => void>();
  readonly #freeSlots: number[] = [];
  readonly #niceness: number;
  readonly #exited: Promise<void>;
  #nextSlot = 0;
  #lastSettledAt = 0;
  #gone = false;
  #failure = 'it exited';

  constructor(setup: Omit<WorkerSetup, 'control'>, niceness: number, events: HostEvents) {
    const memory = allocateControl();
    this.#control = openControl(memory);
    this.#events = events;
    this.#niceness = niceness;
    this.#worker = spawnWorker({ ...setup, control: memory });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#failure = error instanceof Error ? error.message : String(error);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#die(false);
        resolve();
      });
    });
    this.#worker.unref();
  }

  /** Jobs that the worker holds. */
  get load(): number {
    return this.#jobs.size;
  }

  open(spec: OpenSpec, onWarming: () => void): Promise<Opened> {
    return new Promise((resolve, reject) => {
      if (this.#gone) return reject(this.#lostError());
      this.#openings.set(spec.session, { resolve, reject, onWarming });
      this.#post({ type: 'open', ...spec });
    });
  }

  close(session: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#gone) return resolve();
      this.#closings.set(session, resolve);
      this.#post({ type: 'close', session });
    });
  }

  send(job: Job): void {
    const slot = this.#freeSlots.pop() ?? this.#nextSlot++;
    this.#control.clear(slot);
    this.#jobs.set(job.id, { job, slot });
    job.dispatchedAt = monotonicNow();
    const { id, session, payload, outputs } = job;
    if (payload.kind === 'picture') {
      const { bytes, limits } = payload;
      this.#post({ type: 'picture', job: id, slot, session, bytes, limits, outputs });
    } else {
      this.#post({ type: 'tensors', job: id, slot, session, feeds: payload.feeds, outputs });
    }
  }

  /** Keeps the worker from starting on a job that nobody wants any more. The job still settles. */
  cancel(job: Job): void {
    const held = this.#jobs.get(job.id);
    if (held) this.#control.cancel(held.slot);
  }

  /** Replaces a worker that has been inside one inference for too long. */
  checkHung(limitMs: number): void {
    const since = this.#control.busySince();
    if (this.#gone || since === 0 || monotonicNow() - since < limitMs) return;
    this.#failure = `an inference took longer than ${limitMs} ms`;
    this.#die(true);
    void this.#worker.terminate();
  }

  /** Lets running work end, then ends the thread; kills it when it does not answer within `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    if (!this.#gone) this.#post({ type: 'shutdown' });
    const timer = setTimeout(() => void this.#worker.terminate(), graceMs);
    this.#worker.ref();
    await this.#exited;
    clearTimeout(timer);
  }

  /** Ends the thread at once, as a crash would. */
  async kill(): Promise<void> {
    this.#failure = 'it was killed';
    await this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'up':
        this.#lowerPriority(message.thread);
        break;
      case 'loaded': {
        const opening = this.#openings.get(message.session);
        if (opening) opening.model = message.model;
        opening?.onWarming();
        break;
      }
      case 'ready': {
        const opening = this.#openings.get(message.session);
        this.#openings.delete(message.session);
        if (opening?.model) opening.resolve({ model: opening.model, inferenceMs: message.inferenceMs });
        break;
      }
      case 'open-failed':
        this.#openings.get(message.session)?.reject(fromWireError(message.error));
        this.#openings.delete(message.session);
        break;
      case 'closed':
        this.#closings.get(message.session)?.();
        this.#closings.delete(message.session);
        break;
      case 'batch':
        this.#events.batch(message);
        break;
      case 'picture-done':
        this.#settle(message.job, { kind: 'picture', ...message.result });
        break;
      case 'tensors-done':
        this.#settle(message.job, {
          kind: 'tensors',
          outputs: message.outputs,
          inferenceMs: message.inferenceMs,
        });
        break;
      case 'failed':
        this.#settle(message.job, fromWireError(message.error));
    }
    this.#keepAlive();
  }

  #settle(id: number, outcome: JobResult | PictorError): void {
    const held = this.#jobs.get(id);
    if (held === undefined) return;
    this.#jobs.delete(id);
    this.#freeSlots.push(held.slot);
    const now = monotonicNow();
    const occupiedMs = now - Math.max(held.job.dispatchedAt, this.#lastSettledAt);
    this.#lastSettledAt = now;
    this.#events.settled(held.job, outcome, occupiedMs);
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
    this.#keepAlive();
  }

  /** The thread keeps the process alive only while somebody waits for it. */
  #keepAlive(): void {
    if (this.#jobs.size + this.#openings.size + this.#closings.size > 0) this.#worker.ref();
    else this.#worker.unref();
  }

  #die(hung: boolean): void {
    if (this.#gone) return;
    this.#gone = true;
    const jobs = [...this.#jobs.values()].map(({ job }) => job);
    this.#jobs.clear();
    for (const { reject } of this.#openings.values()) reject(this.#lostError());
    this.#openings.clear();
    for (const resolve of this.#closings.values()) resolve();
    this.#closings.clear();
    this.#worker.unref();
    this.#events.lost(jobs, this.#failure, hung);
  }

  #lostError(): PictorError {
    return new PictorError('WORKER_LOST', { received: this.#failure });
  }

  /** The calling thread serves requests: it must get the processor at once, also when every worker computes. */
  #lowerPriority(thread: number | undefined): void {
    if (thread === undefined || this.#niceness === 0) return;
    try {
      setPriority(thread, this.#niceness);
    } catch {
      // A sandbox may forbid it; everything works without.
    }
  }
}
