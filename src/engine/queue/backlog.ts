import type { Job } from '../pool/job.ts';
import type { WorkerSlot } from '../pool/slot.ts';

interface Held {
  readonly jobs: Set<Job>;
  /** When the worker began with the first of them. */
  begunAt: number;
}

/** The jobs that workers hold, and how long they will be busy with them. */
export class Backlog {
  readonly #slots = new Map<Job, WorkerSlot>();
  readonly #held = new Map<WorkerSlot, Held>();

  /** Jobs on all workers. */
  get size(): number {
    return this.#slots.size;
  }

  /** Ids of the sessions that they are for. */
  get sessions(): ReadonlySet<number> {
    return new Set([...this.#slots.keys()].map(({ session }) => session));
  }

  slotOf(job: Job): WorkerSlot | undefined {
    return this.#slots.get(job);
  }

  add(job: Job, slot: WorkerSlot, now: number): void {
    this.#slots.set(job, slot);
    const held = this.#held.get(slot);
    if (held === undefined) this.#held.set(slot, { jobs: new Set([job]), begunAt: now });
    else {
      if (held.jobs.size === 0) held.begunAt = now;
      held.jobs.add(job);
    }
  }

  delete(job: Job, now: number): void {
    const slot = this.#slots.get(job);
    if (slot === undefined) return;
    this.#slots.delete(job);
    const held = this.#held.get(slot);
    held?.jobs.delete(job);
    if (held !== undefined) held.begunAt = now;
  }

  /** Milliseconds until a worker is done with what it holds. */
  remainingMs(slot: WorkerSlot, now: number): number {
    const held = this.#held.get(slot);
    if (held === undefined) return 0;
    const [first] = held.jobs;
    let sum = 0;
    for (const { costMs } of held.jobs) sum += costMs;
    return sum - Math.min(now - held.begunAt, first?.costMs ?? 0);
  }
}
