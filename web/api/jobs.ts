/**
 * Jobs: followed while they run, whatever the network does meanwhile.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks';
import { pause, send } from './client.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Job } from './types.ts';

const AGAIN_MS = 2000;

export function hasEnded({ state }: Job): boolean {
  return state !== 'queued' && state !== 'running';
}

/** A job by id, as it is now and as it changes. */
export function useJob(id: string | undefined): {
  readonly job: Job | undefined;
  readonly failure: Failure | undefined;
} {
  const [state, setState] = useState<{ job: Job | undefined; failure: Failure | undefined }>({
    job: undefined,
    failure: undefined,
  });
  useEffect(() => {
    setState({ job: undefined, failure: undefined });
    if (id === undefined) return;
    const abort = new AbortController();
    follow(
      id,
      (job) => setState({ job, failure: undefined }),
      (failure) => setState(({ job }) => ({ job, failure })),
      abort.signal,
    ).catch(() => {});
    return () => abort.abort();
  }, [id]);
  return state;
}

async function follow(
  id: string,
  onJob: (job: Job) => void,
  onFailure: (failure: Failure) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      let last: Job | undefined;
      for await (const job of events(id, signal)) {
        last = job;
        onJob(job);
      }
      if (last !== undefined && hasEnded(last)) return;
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = failureOf(thrown);
      onFailure(failure);
      if (failure.status !== 0 && failure.status < 500) return;
    }
    await pause(AGAIN_MS, signal);
  }
}

/** Server-sent events by fetch: `EventSource` cannot send a key. */
async function* events(id: string, signal: AbortSignal): AsyncGenerator<Job> {
  const { body } = await send(`/v1/jobs/${id}/events`, { signal });
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const data = part.split('\n').find((line) => line.startsWith('data: '));
        if (data !== undefined && !part.includes('event: gone')) yield JSON.parse(data.slice(6)) as Job;
      }
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw failureOf(thrown);
  } finally {
    reader.releaseLock();
  }
}

/** Cancels a job that runs, removes one that has ended. */
export function endJob(id: string): Promise<Response> {
  return send(`/v1/jobs/${id}`, { method: 'DELETE' });
}
