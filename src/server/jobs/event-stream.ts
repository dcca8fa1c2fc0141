import type { JobManager } from './job-manager.ts';
import type { Job } from './types.ts';

/** Between two comments that keep proxies from closing an idle stream. */
const HEARTBEAT_MS = 15_000;
/** Between two events at least: a job may report thousands of times a second. */
const INTERVAL_MS = 100;

/**
 * The states of a job as server-sent events (WHATWG HTML, section 9.2): the state now, each later one, and the end.
 *
 * A slow reader gets the newest state when it is ready for one, so a stream holds one state at most. A client that
 * reconnects gets the state again; nothing depends on `Last-Event-ID`.
 *
 * @param manager that runs the job
 * @param id of the job
 * @param view the job as clients see it
 * @throws OVERLOADED when too many streams are open
 */
export function jobEvents(
  manager: JobManager,
  id: string,
  view: (job: Job) => unknown,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let changed = true;
  let wake = () => {};
  const unwatch = manager.watch(id, () => {
    changed = true;
    wake();
  });
  let cancelled = false;
  let count = 0;
  let sentAt = 0;

  /** Resolves at the next change, or after a while without one. */
  async function change(): Promise<void> {
    if (!changed) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, HEARTBEAT_MS).unref();
      });
      clearTimeout(timer);
    }
    const early = INTERVAL_MS - (performance.now() - sentAt);
    const job = manager.get(id);
    const ended = job === undefined || 'endedAt' in job.status || manager.closed;
    if (changed && early > 0 && !ended) await new Promise((resolve) => setTimeout(resolve, early));
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await change();
        if (cancelled) return;
        if (!changed) return controller.enqueue(encoder.encode(': still here\n\n'));
        changed = false;
        sentAt = performance.now();
        const job = manager.get(id);
        const name = job === undefined ? 'gone' : 'endedAt' in job.status ? 'end' : 'job';
        const data = JSON.stringify(job === undefined ? { id } : view(job));
        count += 1;
        controller.enqueue(encoder.encode(`id: ${count}\nevent: ${name}\ndata: ${data}\n\n`));
        if (name !== 'job' || manager.closed) {
          unwatch();
          controller.close();
        }
      },
      cancel() {
        cancelled = true;
        unwatch();
        wake();
      },
    },
    { highWaterMark: 0 },
  );
}
