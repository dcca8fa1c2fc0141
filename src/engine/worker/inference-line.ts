import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BufferPool } from '../../base/buffer-pool.ts';
import { monotonicNow } from '../../base/clock.ts';
import { PictorError } from '../../errors.ts';
import type { PreparedPicture } from '../../image/types.ts';
import type { WorkerModel } from './model.ts';
import type { FromRunner } from './protocol.ts';
import { sideInputs, stack } from './tensors.ts';

/** A picture that waits for its inference. */
export interface Prepared {
  readonly job: number;
  readonly model: WorkerModel;
  readonly outputs: readonly string[] | undefined;
  /** Threads to infer with. */
  readonly threads: number;
  readonly prepared: PreparedPicture;
  readonly decodeMs: number;
}

/** The one place on a worker where inferences happen, one after the other. */
export interface InferenceLine {
  add(item: Prepared): void;
  /** Runs something else between two inferences. */
  exclusively(work: () => Promise<void>): Promise<void>;
}

export function createInferenceLine(setup: {
  /** Jobs that somebody still waits for. */
  readonly wanted: ReadonlySet<number>;
  /** Where the tensors' memory goes back to. */
  readonly pool: BufferPool;
  readonly settle: (message: Extract<FromRunner, { job: number }>) => void;
  readonly fail: (job: number, thrown: unknown) => void;
}): InferenceLine {
  const { wanted, pool, settle, fail } = setup;
  const waiting: Prepared[] = [];
  let tail: Promise<void> = Promise.resolve();
  let pumping = false;

  function pump(): void {
    if (pumping) return;
    pumping = true;
    void exclusively(async () => {
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          if (!wanted.has(next.job)) {
            fail(next.job, new PictorError('ABORTED'));
            continue;
          }
          await run(next);
          // Lets decoded pictures and messages in before the next inference blocks this thread.
          await nextTurn();
        }
      } finally {
        pumping = false;
      }
    });
  }

  async function run({ job, model, prepared, decodeMs, ...wish }: Prepared): Promise<void> {
    try {
      const { threads, run } = await model.graph.session(wish.threads);
      const feeds = {
        [model.pictureInput]: stack([prepared]),
        ...sideInputs(model.graph.inputs, model.pictureInput, prepared.info),
      };
      const started = monotonicNow();
      const outputs = await run(feeds, wish.outputs);
      const inferenceMs = monotonicNow() - started;
      pool.give(prepared.data);
      const { info: picture, placement } = prepared;
      settle({
        type: 'picture-done',
        job,
        result: { outputs, picture, placement, decodeMs, inferenceMs, threads },
      });
    } catch (thrown) {
      fail(job, thrown);
    }
  }

  function exclusively(work: () => Promise<void>): Promise<void> {
    const turn = tail.then(work);
    tail = turn.catch(() => {});
    return turn;
  }

  return {
    add(item) {
      waiting.push(item);
      pump();
    },
    exclusively,
  };
}
