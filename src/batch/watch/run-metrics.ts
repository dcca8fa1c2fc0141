import type { ChunkQueue } from '../executors/bullmq/backend.ts';
import type { Tally } from '../report/tally.ts';
import type { BatchStatus } from '../status.ts';

/** Metrics of a run for Prometheus, from its shards and its queue. */
export async function runMetrics(status: BatchStatus, tally: Tally, queue?: ChunkQueue): Promise<string> {
  const { Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number | undefined) => {
    if (value === undefined) return;
    new Gauge({ name: `pictor_batch_${name}`, help, registers: [registry] }).set(value);
  };
  gauge('inputs', 'Pictures of the run', status.inputs.all);
  gauge('inputs_done', 'Pictures that have a row', status.inputs.done);
  gauge('inputs_failed', 'Pictures whose row is a failure', tally.failed);
  gauge('chunks', 'Chunks of the run', status.chunks.all);
  gauge('chunks_done', 'Chunks that have a shard', status.chunks.done);
  gauge(
    'chunks_begun',
    'Chunks with a journal: in progress, or left by a worker that died',
    status.chunks.begun,
  );
  gauge('oldest_chunk_seconds', 'Age of the oldest journal', status.oldestBegunSeconds);
  gauge('rate', 'Pictures per second over the last shards', status.rate);
  gauge('seconds_left', 'At that rate', status.secondsLeft);
  gauge('workers', 'Workers that were heard of in the last minute', status.workers.length);
  const errors = new Gauge({
    name: 'pictor_batch_errors',
    help: 'Failures by code',
    labelNames: ['code'],
    registers: [registry],
  });
  for (const [code, { count }] of tally.errors) errors.set({ code }, count);
  if (queue !== undefined) {
    const { waiting, active } = await queue.counts();
    gauge('queue_waiting', 'Chunks that wait in the queue', waiting);
    gauge('queue_active', 'Chunks that a worker has taken', active);
  }
  return registry.metrics();
}
