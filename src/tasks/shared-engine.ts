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

/**
 * Lends the shared engine, which the first borrower brings to life.
 *
 * @param own an engine to use in its place; giving it back does nothing
 */
export function borrowEngine(own?: Engine): BorrowedEngine {
  if (own !== undefined) return { engine: own, giveBack: async () => {} };
  shared ??= { engine: createEngine(), borrowers: 0 };
  const common = shared;
  common.borrowers++;
  let lent = true;
  return {
    engine: common.engine,
    async giveBack() {
      if (!lent) return;
      lent = false;
      common.borrowers--;
      if (common.borrowers > 0) return;
      if (shared === common) shared = undefined;
      await common.engine.close();
    },
  };
}
