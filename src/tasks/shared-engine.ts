/**
 * The engine of recognizers that were loaded without one.
 *
 * @module
 */
import { createEngine } from '../engine/engine.ts';
import type { Engine } from '../engine/types.ts';

interface Shared {
  readonly engine: Engine;
  borrowers: number;
}

let shared: Shared | undefined;

/** An engine on loan. */
export interface BorrowedEngine {
  readonly engine: Engine;
  /** Gives it back; whoever is last closes it. A second call does nothing. */
  readonly giveBack: () => Promise<void>;
}

/** Lends the shared engine, which the first borrower brings to life. */
export function borrowEngine(): BorrowedEngine {
  shared ??= { engine: createEngine(), borrowers: 0 };
  const own = shared;
  own.borrowers++;
  let lent = true;
  return {
    engine: own.engine,
    async giveBack() {
      if (!lent) return;
      lent = false;
      own.borrowers--;
      if (own.borrowers > 0) return;
      if (shared === own) shared = undefined;
      await own.engine.close();
    },
  };
}
