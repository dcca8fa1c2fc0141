import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Engine, Timings } from '../../engine/types.ts';
import type { Admission } from '../http/admission.ts';
import type { JobManager } from '../jobs/job-manager.ts';
import { registerJobMetrics } from '../jobs/job-metrics.ts';
import type { ModelStatus } from '../models/types.ts';
import { registerStreamMetrics } from '../streams/stream-metrics.ts';
import type { Streams } from '../streams/streams.ts';
import { registerEngineMetrics } from './engine-metrics.ts';

export interface RequestFacts {
  /** `native` or a protocol's name. */
  readonly protocol: string;
  /** Route pattern or operation, from a small set. */
  readonly operation: string;
  readonly status: number;
  /** Error code, when the answer is an error. */
  readonly code?: string | undefined;
  readonly seconds: number;
  readonly bodyBytes: number;
}

export interface Metrics {
  request(facts: RequestFacts): void;
  stages(timings: Timings): void;
  /** Prometheus text. */
  render(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2, 0.4, 1, 2, 5, 10];

/**
 * The metrics of one application, in a registry of its own: two applications in a process do not mix.
 *
 * @param sources what the gauges read when they are asked
 */
export function createMetrics(sources: {
  readonly admission: Admission;
  readonly models: () => readonly ModelStatus[];
  readonly engine: Engine | undefined;
  readonly jobs: JobManager | undefined;
  readonly streams: Streams;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];

  const requests = new Counter({
    name: 'pictor_requests_total',
    help: 'Answered requests.',
    labelNames: ['protocol', 'operation', 'status'] as const,
    registers,
  });
  const errors = new Counter({
    name: 'pictor_errors_total',
    help: 'Requests answered with an error, by code.',
    labelNames: ['protocol', 'code'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'pictor_request_duration_seconds',
    help: 'Time from the request to its answer.',
    labelNames: ['protocol', 'operation'] as const,
    buckets: SECONDS,
    registers,
  });
  const stages = new Histogram({
    name: 'pictor_stage_duration_seconds',
    help: 'Time of a picture in each stage.',
    labelNames: ['stage'] as const,
    buckets: SECONDS,
    registers,
  });
  const bodies = new Counter({
    name: 'pictor_request_body_bytes_total',
    help: 'Bytes of request bodies read.',
    registers,
  });
  gauge('pictor_requests_in_flight', 'Recognition requests in progress.', () => sources.admission.inFlight);
  gauge('pictor_held_body_bytes', 'Request bodies in memory.', () => sources.admission.heldBytes);
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss());
  gauge(
    'nodejs_heap_size_total_bytes',
    'Process heap size from Node.js in bytes.',
    () => process.memoryUsage().heapTotal,
  );
  gauge(
    'nodejs_external_memory_bytes',
    'Node.js external memory size in bytes.',
    () => process.memoryUsage().external,
  );
  gauge('process_uptime_seconds', 'Time since the process started.', () => process.uptime());
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'pictor_model_state',
    help: '1 for the state that a served model is in.',
    labelNames: ['model', 'state'] as const,
    registers,
    collect() {
      this.reset();
      for (const { id, status } of sources.models()) this.set({ model: id, state: status.state }, 1);
    },
  });

  if (sources.engine !== undefined) registerEngineMetrics(registry, sources.engine);
  if (sources.jobs !== undefined) registerJobMetrics(registry, sources.jobs);

  if (sources.streams.list.length > 0) registerStreamMetrics(registry, sources.streams);

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  let rendering: Promise<string> | undefined;

  return {
    request({ protocol, operation, status, code, seconds, bodyBytes }) {
      requests.inc({ protocol, operation, status: String(status) });
      duration.observe({ protocol, operation }, seconds);
      if (code !== undefined) errors.inc({ protocol, code });
      if (bodyBytes > 0) bodies.inc(bodyBytes);
    },
    stages({ queue, decode, inference }) {
      stages.observe({ stage: 'queue' }, queue / 1000);
      stages.observe({ stage: 'decode' }, decode / 1000);
      stages.observe({ stage: 'inference' }, inference / 1000);
    },
    render() {
      // Whoever asks meanwhile gets the same text.
      rendering ??= registry.metrics().finally(() => {
        rendering = undefined;
      });
      return rendering;
    },
    contentType: registry.contentType,
  };
}
