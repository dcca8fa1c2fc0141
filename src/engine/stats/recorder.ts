import type { ErrorCode } from '../../errors.ts';
import { Histogram } from './histogram.ts';
import type { EngineEvent, EngineStats, ShedReason, Stage } from './types.ts';

type Counted = Pick<EngineStats, 'completed' | 'failed' | 'shed' | 'retried' | 'stages'> & {
  readonly restarts: number;
  readonly joined: number;
};

/** Counts what happens in an engine and tells whoever listens. */
export class Recorder {
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #failed: Partial<Record<ErrorCode, number>> = {};
  readonly #shed: Record<ShedReason, number> = { 'queue-full': 0, late: 0, deadline: 0, 'unfair-share': 0 };
  readonly #stages: Record<Stage, Histogram> = {
    queue: new Histogram(),
    decode: new Histogram(),
    inference: new Histogram(),
    total: new Histogram(),
  };
  #completed = 0;
  #retried = 0;
  #restarts = 0;
  #joined = 0;

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: EngineEvent): void {
    if (event.type === 'worker-lost') this.#restarts += 1;
    else if (event.type === 'shed') this.#shed[event.reason] += 1;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // A listener's mistake must not touch the requests that are under way.
      }
    }
  }

  stage(stage: Stage, ms: number): void {
    this.#stages[stage].observe(ms);
  }

  completed(totalMs: number): void {
    this.#completed += 1;
    this.#stages.total.observe(totalMs);
  }

  failed(code: ErrorCode): void {
    this.#failed[code] = (this.#failed[code] ?? 0) + 1;
  }

  retried(): void {
    this.#retried += 1;
  }

  joined(): void {
    this.#joined += 1;
  }

  snapshot(): Counted {
    const { queue, decode, inference, total } = this.#stages;
    return {
      completed: this.#completed,
      failed: { ...this.#failed },
      shed: { ...this.#shed },
      retried: this.#retried,
      restarts: this.#restarts,
      joined: this.#joined,
      stages: {
        queue: queue.snapshot(),
        decode: decode.snapshot(),
        inference: inference.snapshot(),
        total: total.snapshot(),
      },
    };
  }
}
