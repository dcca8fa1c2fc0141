import type { Job } from '../pool/job.ts';
import type { WorkerSlot } from '../pool/slot.ts';
import type { Backlog } from './backlog.ts';
import { Caution } from './caution.ts';
import type { FairQueue } from './fair-queue.ts';
import { ServiceTime } from './service-time.ts';

type Slots = readonly WorkerSlot[];

/** When jobs will be answered: by what their like took lately, what the workers hold, and what waits. */
export class Forecast {
  readonly #queue: Pick<FairQueue<Job>, 'aheadMs' | 'costMs'>;
  readonly #backlog: Backlog;
  readonly #services = new Map<number, ServiceTime>();
  readonly #caution = new Caution();

  constructor(queue: Pick<FairQueue<Job>, 'aheadMs' | 'costMs'>, backlog: Backlog) {
    this.#queue = queue;
    this.#backlog = backlog;
  }

  addSession(session: number): void {
    this.#services.set(session, new ServiceTime());
  }

  removeSession(session: number): void {
    this.#services.delete(session);
  }

  /** What to reckon with before the first job is done. @param ms a warm inference */
  expect(session: number, ms: number): void {
    this.#services.get(session)?.expect(ms);
  }

  /** Milliseconds that a job keeps a worker busy; 0 when nothing is known of its like. */
  costMs({ session, pixels }: Job): number {
    return this.#services.get(session)?.estimate(pixels) ?? 0;
  }

  /**
   * Appraises a job that comes.
   *
   * @param slots workers that can run it
   * @param isIdle whether one of them has nothing to do
   * @returns milliseconds until it is all but certain to be answered
   */
  arrivalMs(job: Job, slots: Slots, isIdle: boolean, now: number): number {
    const service = this.#services.get(job.session);
    const known = service?.estimate(job.pixels);
    const costMs = known ?? 0;
    const waitMs = isIdle ? 0 : this.#waitMs(job.client, slots, now);
    this.#caution.saw(costMs, now);
    job.costMs = costMs;
    job.expectedAt = known === undefined ? undefined : now + waitMs + costMs;
    if (!isIdle) return waitMs + costMs + this.#caution.reserveMs(costMs, waitMs, job.deadlineAt - now, now);
    // Nobody waits behind it. What was measured long ago may be wrong by now, and only trying shows.
    return service?.isStale(now) ? 0 : costMs;
  }

  /** The least that {@link arrivalMs} could say of a job of this client while every worker is busy. */
  leastArrivalMs(client: string, leftMs: number, slots: Slots, now: number): number {
    const waitMs = this.#waitMs(client, slots, now);
    return waitMs + this.#caution.reserveMs(0, waitMs, leftMs, now);
  }

  /**
   * Milliseconds until a job in line is answered, if all goes well: by then it has been let in, and is turned away only
   * when it is most unlikely to make it.
   *
   * @param aheadMs work that is served before it
   */
  inLineMs(job: Job, aheadMs: number, slots: Slots, now: number): number {
    const waitMs = (this.#remainingMs(slots, now) + aheadMs) / Math.max(1, slots.length);
    return waitMs + job.costMs - this.#caution.deviation;
  }

  /** Milliseconds until a job is answered that a worker gets now. */
  nextMs(job: Job, slot: WorkerSlot, now: number): number {
    return this.#backlog.remainingMs(slot, now) + this.costMs(job);
  }

  /** Milliseconds until nothing is left to do, if nothing is added. */
  drainMs(slots: Slots, now: number): number {
    return (this.#remainingMs(slots, now) + this.#queue.costMs) / Math.max(1, slots.length);
  }

  /** A job is done that kept a worker busy for so long. */
  learn({ session, pixels, losses, expectedAt }: Job, occupiedMs: number, now: number): void {
    this.#services.get(session)?.observe(occupiedMs, pixels, now);
    if (losses === 0 && expectedAt !== undefined) this.#caution.observe(now - expectedAt, now);
  }

  #remainingMs(slots: Slots, now: number): number {
    return slots.reduce((sum, slot) => sum + this.#backlog.remainingMs(slot, now), 0);
  }

  /** Milliseconds until one of these workers would begin with a new job of this client. */
  #waitMs(client: string, slots: Slots, now: number): number {
    return (this.#remainingMs(slots, now) + this.#queue.aheadMs(client)) / Math.max(1, slots.length);
  }
}
