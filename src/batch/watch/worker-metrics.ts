import { Counter, Histogram, Registry } from 'prom-client';
import type { ChunkReport } from '../run/run-chunk.ts';

/** Metrics of one worker. */
export interface WorkerMetrics {
  chunk(report: ChunkReport): void;
  /** Prometheus text. */
  render(): Promise<string>;
}

export function createWorkerMetrics(): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const rows = new Counter({
    name: 'pictor_batch_worker_rows_total',
    help: 'Rows that this worker wrote',
    labelNames: ['outcome'],
    registers,
  });
  const errors = new Counter({
    name: 'pictor_batch_worker_errors_total',
    help: 'Failures by code',
    labelNames: ['code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'pictor_batch_worker_chunk_seconds',
    help: 'Time for a chunk; about five seconds is right',
    buckets: [0.5, 1, 2, 5, 10, 20, 60],
    registers,
  });
  return {
    chunk(report) {
      if (report.already) return;
      rows.inc({ outcome: 'answer' }, report.rows - report.failed);
      rows.inc({ outcome: 'error' }, report.failed);
      for (const [code, count] of Object.entries(report.errors)) errors.inc({ code }, count);
      seconds.observe(report.ms / 1000);
    },
    render: () => registry.metrics(),
  };
}
