import { abortError } from '../base/bounded.ts';
import { monotonicNow } from '../base/clock.ts';
import type { PictorError } from '../errors.ts';

/** Longest delay that a timer can keep, milliseconds. */
const LONGEST_TIMER = 0x7fff_ffff;

/** How one caller waits. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** On the clock of `monotonicNow`; infinite without a deadline. */
  readonly deadlineAt: number;
}

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: PictorError) => void;
  readonly cleanUp: () => void;
}

/**
 * Work in progress and everybody who waits for it. A caller may leave (abort, deadline) without the others noticing;
 * when the last one has left, the work is abandoned.
 */
export class Flight<T> {
  readonly #waiters = new Set<Waiter<T>>();
  readonly #late: () => PictorError;
  readonly #ended: (abandonedBy: PictorError | undefined) => void;
  #over = false;
  #deadlineAt = Number.NEGATIVE_INFINITY;

  /**
   * @param late makes the error for a caller whose deadline passes
   * @param ended called once: the work is done, or the last caller has left it with this error
   */
  constructor(late: () => PictorError, ended: (abandonedBy: PictorError | undefined) => void) {
    this.#late = late;
    this.#ended = ended;
  }

  /** Whether the work is done or abandoned: nobody can join any more. */
  get over(): boolean {
    return this.#over;
  }

  /** When the most patient caller gives up. */
  get deadlineAt(): number {
    return this.#deadlineAt;
  }

  /** Waits for the work, no longer than one is patient. */
  join({ signal, deadlineAt }: Patience): Promise<T> {
    this.#deadlineAt = Math.max(this.#deadlineAt, deadlineAt);
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const leave = (error: PictorError) => {
        if (!this.#waiters.delete(waiter)) return;
        waiter.cleanUp();
        reject(error);
        if (this.#waiters.size > 0 || this.#over) return;
        this.#over = true;
        this.#ended(error);
      };
      const onAbort = () => signal && leave(abortError(signal));
      const waiter: Waiter<T> = {
        resolve,
        reject,
        cleanUp() {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (deadlineAt === Number.POSITIVE_INFINITY) return;
      const left = Math.max(0, deadlineAt - monotonicNow());
      timer = setTimeout(() => leave(this.#late()), Math.min(left, LONGEST_TIMER));
    });
  }

  /** @param share makes the value for the second caller and each one after it */
  done(value: T, share: (value: T) => T): void {
    let first = true;
    for (const waiter of this.#end()) {
      waiter.resolve(first ? value : share(value));
      first = false;
    }
  }

  failed(error: PictorError): void {
    for (const waiter of this.#end()) waiter.reject(error);
  }

  #end(): Waiter<T>[] {
    if (this.#over) return [];
    this.#over = true;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const { cleanUp } of waiters) cleanUp();
    this.#ended(undefined);
    return waiters;
  }
}
