import type { PictorError } from '../../errors.ts';
import type { OpenSpec, WorkerSetup } from '../worker/protocol.ts';
import { backOffMs, reopenDelayMs } from './back-off.ts';
import type { Job, JobResult } from './job.ts';
import { type Opened, type Placing, WorkerHost } from './worker-host.ts';

/** Workers that may die while a model is being opened before that counts as the model's failure. */
const OPEN_ATTEMPTS = 3;

/** What a slot tells the engine. */
export interface SlotEvents {
  /** A session can be used on the slot: for the first time or again. */
  readonly ready: (slot: WorkerSlot, session: number, opened: Opened) => void;
  /** A session that was usable before could not be opened on the new worker, which tries again later. */
  readonly unusable: (slot: WorkerSlot, session: number, error: PictorError) => void;
  readonly settled: (job: Job, outcome: JobResult | PictorError, occupiedMs: number) => void;
  readonly lost: (slot: WorkerSlot, jobs: readonly Job[], loss: Loss) => void;
}

/** How a worker ended. */
export interface Loss {
  readonly reason: string;
  readonly hung: boolean;
  readonly restartInMs: number;
}

interface Placement {
  readonly spec: OpenSpec;
  readonly placing: Placing;
  readonly opened: (opened: Opened) => void;
  readonly failed: (error: PictorError) => void;
  usable: boolean;
  openedBefore: boolean;
  losses: number;
  /** Times in a row that it could not be opened again. */
  failures: number;
  retry: NodeJS.Timeout | undefined;
}

/** A place for one worker. Starts it when it is needed and again, with all its sessions, when it dies. */
export class WorkerSlot {
  readonly index: number;
  readonly #setup: WorkerSetup;
  readonly #niceness: number;
  readonly #events: SlotEvents;
  readonly #placements = new Map<number, Placement>();
  #host: WorkerHost | undefined;
  #restart: NodeJS.Timeout | undefined;
  #deaths = 0;
  #stopped = false;

  constructor(
    index: number,
    setup: WorkerSetup,
    options: { readonly niceness: number; readonly events: SlotEvents },
  ) {
    this.index = index;
    this.#setup = setup;
    this.#niceness = options.niceness;
    this.#events = options.events;
  }

  get alive(): boolean {
    return this.#host !== undefined;
  }

  /** Jobs that the worker holds. */
  get load(): number {
    return this.#host?.load ?? 0;
  }

  /** Process id of the worker. */
  get pid(): number | undefined {
    return this.#host?.pid;
  }

  /** Sessions that are, or will be, on this slot. */
  get sessions(): number {
    return this.#placements.size;
  }

  /** Times that the worker died in a row without an answer in between. */
  get deaths(): number {
    return this.#deaths;
  }

  has(session: number): boolean {
    return this.#placements.has(session);
  }

  /** Whether the session is on its way here, as far as is known. */
  isOpening(session: number): boolean {
    const placement = this.#placements.get(session);
    return placement !== undefined && !placement.usable && placement.failures === 0;
  }

  canRun(session: number): boolean {
    return this.#host !== undefined && this.#placements.get(session)?.usable === true;
  }

  /** Starts the worker before there is anything to open. */
  prepare(): void {
    if (this.#host === undefined && this.#restart === undefined) this.#start();
  }

  /** Opens a session here, and again on every later worker of this slot. */
  place(spec: OpenSpec, placing: Placing): Promise<Opened> {
    return new Promise((opened, failed) => {
      const placement = {
        spec,
        placing,
        opened,
        failed,
        usable: false,
        openedBefore: false,
        losses: 0,
        failures: 0,
        retry: undefined,
      };
      this.#placements.set(spec.session, placement);
      if (this.#host !== undefined) void this.#open(this.#host, placement);
      else if (this.#restart === undefined) this.#start();
    });
  }

  async remove(session: number): Promise<void> {
    clearTimeout(this.#placements.get(session)?.retry);
    if (this.#placements.delete(session)) await this.#host?.close(session);
  }

  send(job: Job): void {
    this.#host?.send(job);
  }

  cancel(job: Job): void {
    this.#host?.cancel(job);
  }

  checkHung(limitMs: number): void {
    this.#host?.checkHung(limitMs);
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    for (const { retry } of this.#placements.values()) clearTimeout(retry);
    clearTimeout(this.#restart);
    this.#restart = undefined;
    await this.#host?.stop(graceMs);
  }

  #start(): void {
    this.#restart = undefined;
    if (this.#stopped) return;
    const host = new WorkerHost(this.#setup, this.#niceness, {
      settled: (job, outcome, occupiedMs) => {
        this.#deaths = 0;
        this.#events.settled(job, outcome, occupiedMs);
      },
      lost: (jobs, reason, hung) => this.#lose(jobs, reason, hung),
    });
    this.#host = host;
    for (const placement of this.#placements.values()) void this.#open(host, placement);
  }

  /** A worker that died with nothing to do is not missed. */
  #startAgain(): void {
    this.#restart = undefined;
    if (this.#placements.size > 0) this.#start();
  }

  async #open(host: WorkerHost, placement: Placement): Promise<void> {
    const { spec } = placement;
    const isCurrent = () => this.#host === host && this.#placements.get(spec.session) === placement;
    const outcome = await host.open(spec, placement.placing).catch((error: PictorError) => error);
    if ('model' in outcome) {
      if (!isCurrent()) return;
      placement.usable = true;
      placement.openedBefore = true;
      placement.losses = 0;
      placement.failures = 0;
      placement.opened(outcome);
      this.#events.ready(this, spec.session, outcome);
      return;
    }
    if (outcome.code === 'WORKER_LOST' && !this.#stopped) {
      // A worker that died meanwhile is replaced, and the new one tries again: for ever, if the model ever ran here.
      placement.losses += 1;
      if (placement.openedBefore || placement.losses < OPEN_ATTEMPTS) return;
    }
    if (!placement.openedBefore) {
      if (this.#placements.get(spec.session) === placement) this.#placements.delete(spec.session);
      placement.failed(outcome);
      return;
    }
    if (!isCurrent()) return;
    // It could be opened once: what is wrong with it now may be put right while the worker runs.
    placement.failures += 1;
    placement.retry = setTimeout(() => {
      if (isCurrent()) void this.#open(host, placement);
    }, reopenDelayMs(placement.failures));
    placement.retry.unref();
    this.#events.unusable(this, spec.session, outcome);
  }

  #lose(jobs: readonly Job[], reason: string, hung: boolean): void {
    this.#host = undefined;
    this.#deaths += 1;
    for (const placement of this.#placements.values()) {
      placement.usable = false;
      placement.failures = 0;
      clearTimeout(placement.retry);
    }
    const restartInMs = backOffMs(this.#deaths);
    if (!this.#stopped) {
      this.#restart = setTimeout(() => this.#startAgain(), restartInMs);
      // Whoever waits for an answer keeps the process alive; a worker in reserve does not.
      const waiting = [...this.#placements.values()].some((one) => one.placing.awaited && !one.openedBefore);
      if (!waiting) this.#restart.unref();
    }
    this.#events.lost(this, jobs, { reason, hung, restartInMs });
  }
}
