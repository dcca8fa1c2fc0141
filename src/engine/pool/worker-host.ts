import type { ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { Duplex } from 'node:stream';
import { monotonicNow } from '../../base/clock.ts';
import { PictorError } from '../../errors.ts';
import { openReceiver, openSender } from '../worker/channel.ts';
import type { FromWorker, LoadedModel, OpenSpec, ToWorker, WorkerSetup } from '../worker/protocol.ts';
import { CHANNEL_FD, spawnWorker } from '../worker/spawn.ts';
import { cloneTensors } from '../worker/tensors.ts';
import { fromWireError } from '../worker/wire-error.ts';
import type { Job, JobResult } from './job.ts';

/** What a host tells the pool. */
export interface HostEvents {
  /** The worker holds one job fewer. `occupiedMs` is the time that the job kept the worker busy. */
  readonly settled: (job: Job, outcome: JobResult | PictorError, occupiedMs: number) => void;
  /** The worker is gone, with the jobs that it held. `hung` tells that it was ended because it stood still. */
  readonly lost: (jobs: readonly Job[], reason: string, hung: boolean) => void;
}

/** Who hears of a session on its way. */
export interface Placing {
  /** Whether somebody waits: the process stays alive until the session is there. */
  readonly awaited: boolean;
  readonly onWarming: () => void;
}

interface Opening {
  readonly resolve: (opened: Opened) => void;
  readonly reject: (error: PictorError) => void;
  readonly placing: Placing;
  model?: LoadedModel;
}

/** A model that is loaded and warm on one worker. */
export interface Opened {
  readonly model: LoadedModel;
  /** Milliseconds of a warm inference, when one was made. */
  readonly inferenceMs: number | undefined;
}

/** Characters of a worker's last words that are kept. */
const LAST_WORDS = 500;

/** One worker process, from birth to death: its jobs, its sessions, its watchdog. */
export class WorkerHost {
  readonly #process: ChildProcess;
  readonly #pipe: Duplex;
  readonly #send: (message: ToWorker) => void;
  readonly #events: HostEvents;
  readonly #jobs = new Map<number, Job>();
  readonly #openings = new Map<number, Opening>();
  readonly #closings = new Map<number, () => void>();
  readonly #exited: Promise<void>;
  /** When the worker last finished something, or began to have something to do. */
  #movedAt = 0;
  #lastSettledAt = 0;
  /** Whether it ever had a model. */
  #opened = false;
  #gone = false;
  #hung = false;
  #failure: string | undefined;
  #lastWords = '';

  constructor(setup: WorkerSetup, niceness: number, events: HostEvents) {
    this.#events = events;
    this.#process = spawnWorker();
    const { stderr } = this.#process;
    const pipe = this.#process.stdio[CHANNEL_FD];
    if (!(pipe instanceof Duplex)) throw new PictorError('INTERNAL', { received: 'a worker without a pipe' });
    this.#pipe = pipe;
    this.#send = openSender<ToWorker>(pipe);
    pipe.on(
      'data',
      openReceiver<FromWorker>((message) => this.#receive(message)),
    );
    // A broken pipe is the effect of a death whose cause `close` tells.
    pipe.on('error', () => {});
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
    });
    if (stderr) reference(stderr, false);
    this.#exited = new Promise((resolve) => {
      const onGone = () => {
        this.#die();
        resolve();
      };
      this.#process.once('error', (error) => {
        this.#failure ??= error.message;
        if (this.#process.pid === undefined) onGone();
      });
      // `close` comes after the last message, `exit` may come before it.
      this.#process.once('close', (code, signal) => {
        this.#failure ??= `it ended with ${signal ?? `exit code ${code}`}`;
        onGone();
      });
    });
    this.#lowerPriority(niceness);
    this.#post({ type: 'setup', ...setup });
  }

  /** Jobs that the worker holds. */
  get load(): number {
    return this.#jobs.size;
  }

  /** Process id; undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  open(spec: OpenSpec, placing: Placing): Promise<Opened> {
    return new Promise((resolve, reject) => {
      if (this.#gone) return reject(this.#lostError());
      this.#openings.set(spec.session, { resolve, reject, placing });
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
    const now = monotonicNow();
    if (this.#jobs.size === 0) this.#movedAt = now;
    job.dispatchedAt = now;
    this.#jobs.set(job.id, job);
    const { id, session, payload, outputs } = job;
    const threads = job.threads === undefined ? {} : { threads: job.threads };
    if (payload.kind === 'picture') {
      const { bytes, limits, frame } = payload;
      this.#post({ type: 'picture', job: id, session, bytes, limits, frame, outputs, ...threads });
    } else {
      this.#post({ type: 'tensors', job: id, session, feeds: payload.feeds, outputs, ...threads });
    }
  }

  /** Keeps the worker from starting on a job that nobody wants any more. The job still settles. */
  cancel(job: Job): void {
    if (this.#jobs.has(job.id)) this.#post({ type: 'cancel', job: job.id });
  }

  /** Ends a worker that has work and has not finished any for too long. */
  checkHung(limitMs: number): void {
    if (this.#gone || this.#jobs.size === 0 || monotonicNow() - this.#movedAt < limitMs) return;
    this.#failure = `an inference took longer than ${limitMs} ms`;
    this.#hung = true;
    this.#process.kill('SIGKILL');
  }

  /**
   * Lets the worker unload its models and end; kills it when that takes longer than `graceMs`, or when it has not come
   * as far as to have a model.
   */
  async stop(graceMs: number): Promise<void> {
    if (!this.#gone) this.#post({ type: 'shutdown' });
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), this.#opened ? graceMs : 0);
    this.#reference(true);
    await this.#exited;
    clearTimeout(timer);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'loaded': {
        const opening = this.#openings.get(message.session);
        if (opening) opening.model = message.model;
        opening?.placing.onWarming();
        break;
      }
      case 'ready': {
        const opening = this.#openings.get(message.session);
        this.#openings.delete(message.session);
        this.#opened = true;
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
      case 'picture-done': {
        // The tensors are views on the message, and callers expect arrays that are nobody else's.
        const { job, result } = message;
        const outputs = cloneTensors(result.outputs);
        this.#settle(job, { kind: 'picture', ...result, outputs });
        break;
      }
      case 'tensors-done': {
        const outputs = cloneTensors(message.outputs);
        this.#settle(message.job, { kind: 'tensors', outputs, inferenceMs: message.inferenceMs });
        break;
      }
      case 'failed':
        this.#settle(message.job, fromWireError(message.error));
        break;
      case 'stuck':
        this.#failure = 'a picture could not be decoded in time';
        this.#process.kill('SIGKILL');
    }
    this.#keepAlive();
  }

  #settle(id: number, outcome: JobResult | PictorError): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#jobs.delete(id);
    const now = monotonicNow();
    const occupiedMs = now - Math.max(job.dispatchedAt, this.#lastSettledAt);
    this.#lastSettledAt = now;
    this.#movedAt = now;
    this.#events.settled(job, outcome, occupiedMs);
  }

  #post(message: ToWorker): void {
    if (this.#gone || !this.#pipe.writable) return;
    this.#send(message);
    this.#keepAlive();
  }

  /** The worker keeps the calling process alive only while somebody waits for it. */
  #keepAlive(): void {
    const opening = [...this.#openings.values()].some(({ placing }) => placing.awaited);
    this.#reference(opening || this.#jobs.size + this.#closings.size > 0);
  }

  #reference(alive: boolean): void {
    if (alive) this.#process.ref();
    else this.#process.unref();
    reference(this.#pipe, alive);
  }

  #die(): void {
    if (this.#gone) return;
    this.#gone = true;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const { reject } of this.#openings.values()) reject(this.#lostError());
    this.#openings.clear();
    for (const resolve of this.#closings.values()) resolve();
    this.#closings.clear();
    this.#events.lost(jobs, this.#explanation(), this.#hung);
  }

  #lostError(): PictorError {
    return new PictorError('WORKER_LOST', { received: this.#explanation() });
  }

  #explanation(): string {
    const failure = this.#failure ?? 'it exited';
    const words = this.#lastWords.trim();
    return words === '' ? failure : `${failure}, saying: ${words}`;
  }

  /** The calling process serves requests: it must get the processor at once, also when every worker computes. */
  #lowerPriority(niceness: number): void {
    const { pid } = this.#process;
    if (pid === undefined || niceness === 0) return;
    try {
      setPriority(pid, niceness);
    } catch {
      // A sandbox may forbid it; everything works without.
    }
  }
}

/** Whether an open stream keeps this process alive. Pipes of child processes are sockets, which their type hides. */
function reference(stream: object, alive: boolean): void {
  const method = alive ? 'ref' : 'unref';
  if (method in stream) {
    const act = Reflect.get(stream, method);
    if (typeof act === 'function') act.call(stream);
  }
}
