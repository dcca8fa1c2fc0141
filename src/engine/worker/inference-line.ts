import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BufferPool } from '../../base/buffer-pool.ts';
import { monotonicNow } from '../../base/clock.ts';
import { PictorError } from '../../errors.ts';
import type { PreparedPicture } from '../../image/types.ts';
import type { BatchReason } from '../stats/types.ts';
import type { BatchOptions, TensorMap } from '../types.ts';
import type { WorkerModel } from './model.ts';
import type { BatchNote, FromRunner } from './protocol.ts';
import { sideInputs, stack, unstack } from './tensors.ts';

/** A picture that waits for its inference. */
export interface Prepared {
  readonly job: number;
  readonly model: WorkerModel;
  readonly outputs: readonly string[] | undefined;
  /** Threads to infer with. */
  readonly threads: number;
  readonly prepared: PreparedPicture;
  readonly decodeMs: number;
  readonly preparedAt: number;
}

/** The one place on a worker where inferences happen, one after the other. */
export interface InferenceLine {
  add(item: Prepared): void;
  /** Runs something else between two inferences. */
  exclusively(work: () => Promise<void>): Promise<void>;
}

export function createInferenceLine(setup: {
  readonly batch: BatchOptions;
  /** Jobs that somebody still waits for. */
  readonly wanted: ReadonlySet<number>;
  /** Where the tensors' memory goes back to. */
  readonly pool: BufferPool;
  readonly settle: (message: Extract<FromRunner, { job: number }>) => void;
  readonly fail: (job: number, thrown: unknown) => void;
}): InferenceLine {
  const { batch, wanted, pool, settle, fail } = setup;
  const waiting: Prepared[] = [];
  let tail: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let pumping = false;

  /** The batch that should run now; undefined when it pays to wait, or when there is nothing. */
  function nextBatch(): { items: Prepared[]; reason: BatchReason } | undefined {
    for (let i = waiting.length - 1; i >= 0; i--) {
      const item = waiting[i];
      if (item === undefined || wanted.has(item.job)) continue;
      waiting.splice(i, 1);
      fail(item.job, new PictorError('ABORTED'));
    }
    const [first] = waiting;
    if (first === undefined) return undefined;
    if (batch.maxSize === 1 || !first.model.batchable) return take([first], 'alone');
    const items = waiting.filter((item) => fits(item, first)).slice(0, batch.maxSize);
    if (items.length === batch.maxSize) return take(items, 'full');
    const left = first.preparedAt + batch.maxDelayMs - monotonicNow();
    if (left <= 0) return take(items, 'delay');
    clearTimeout(timer);
    timer = setTimeout(pump, left);
    return undefined;
  }

  function take(items: Prepared[], reason: BatchReason) {
    for (const item of items) waiting.splice(waiting.indexOf(item), 1);
    return { items, reason };
  }

  function pump(): void {
    if (pumping) return;
    pumping = true;
    void exclusively(async () => {
      try {
        for (let next = nextBatch(); next !== undefined; next = nextBatch()) {
          await run(next.items, next.reason);
          // Lets decoded pictures and messages in before the next inference blocks this thread.
          await nextTurn();
        }
      } finally {
        pumping = false;
      }
    });
  }

  async function run(items: readonly Prepared[], reason: BatchReason): Promise<void> {
    const [first] = items;
    if (first === undefined) return;
    const { model } = first;
    const session = await model.graph.session(first.threads);
    const started = monotonicNow();
    try {
      const feeds = {
        [model.pictureInput]: stack(items.map(({ prepared }) => prepared)),
        ...sideInputs(model.graph.inputs, model.pictureInput, first.prepared.info),
      };
      const outputs = await session.run(feeds, first.outputs);
      const inferenceMs = monotonicNow() - started;
      const parts = items.length === 1 ? [outputs] : unstack(outputs, items.length);
      if (parts === undefined) {
        model.batchable = false;
        for (const item of items) await run([item], 'alone');
        return;
      }
      const oldestWaitMs = started - first.preparedAt;
      items.forEach((item, i) => {
        const note = i === 0 && { items: items.length, reason, oldestWaitMs };
        done(item, parts[i] ?? {}, { inferenceMs, threads: session.threads }, note || undefined);
      });
    } catch (thrown) {
      if (items.length === 1) fail(first.job, thrown);
      // One of them may be to blame; the others must not suffer for it.
      else for (const item of items) await run([item], 'alone');
    }
  }

  function done(
    item: Prepared,
    outputs: TensorMap,
    ran: { readonly inferenceMs: number; readonly threads: number },
    batch: BatchNote | undefined,
  ): void {
    const { data, info, placement } = item.prepared;
    pool.give(data);
    const { job, decodeMs } = item;
    settle({
      type: 'picture-done',
      job,
      result: { outputs, picture: info, placement, decodeMs, ...ran },
      ...(batch && { batch }),
    });
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

/** Whether two pictures can share an inference. */
function fits(a: Prepared, b: Prepared): boolean {
  return (
    a.model === b.model &&
    a.prepared.dims.length === b.prepared.dims.length &&
    a.prepared.dims.every((dim, i) => dim === b.prepared.dims[i]) &&
    String(a.outputs) === String(b.outputs)
  );
}
