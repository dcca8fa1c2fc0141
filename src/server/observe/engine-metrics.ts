import { Counter, Gauge, type Registry } from 'prom-client';
import type { EngineStats } from '../../engine/stats/types.ts';
import type { Engine } from '../../engine/types.ts';

/**
 * What the engine is doing, read from its own counts when somebody asks.
 *
 * @param registry of the application
 * @param engine to watch, for as long as it lives
 */
export function registerEngineMetrics(registry: Registry, engine: Engine): void {
  const registers = [registry];

  gauge('pictor_engine_workers_alive', 'Inference workers that run.', ({ workers }) => workers.alive);
  gauge('pictor_engine_workers_busy', 'Inference workers at work.', ({ workers }) => workers.busy);
  gauge('pictor_engine_queue_pictures', 'Pictures that wait for a worker.', ({ queue }) => queue.pictures);
  gauge('pictor_engine_queue_bytes', 'Encoded bytes of waiting pictures.', ({ queue }) => queue.bytes);
  gauge('pictor_engine_in_flight', 'Pictures that workers hold.', ({ inFlight }) => inFlight);
  gauge('pictor_engine_cache_entries', 'Answers kept.', ({ cache }) => cache.entries);
  gauge('pictor_engine_cache_bytes', 'Bytes of kept answers.', ({ cache }) => cache.bytes);
  counter('pictor_engine_completed_total', 'Pictures answered.', ({ completed }) => completed);
  counter('pictor_engine_retried_total', 'Pictures given to another worker.', ({ retried }) => retried);
  counter('pictor_engine_worker_restarts_total', 'Workers replaced.', ({ workers }) => workers.restarts);
  counter('pictor_engine_cache_hits_total', 'Answers from the cache.', ({ cache }) => cache.hits);
  counter('pictor_engine_cache_misses_total', 'Answers not in the cache.', ({ cache }) => cache.misses);
  counter(
    'pictor_engine_joined_total',
    'Pictures answered by a twin’s inference.',
    ({ cache }) => cache.joined,
  );
  labelled('pictor_engine_shed_total', 'Pictures turned away.', 'reason', ({ shed }) => shed);
  labelled('pictor_engine_failed_total', 'Pictures that failed.', 'code', ({ failed }) => failed);

  const changes = new Counter({
    name: 'pictor_engine_model_unusable_total',
    help: 'Times that a worker could not open a model again, e.g. because its file was replaced.',
    labelNames: ['model', 'code'] as const,
    registers,
  });
  engine.subscribe((event) => {
    if (event.type === 'model-unusable') changes.inc({ model: event.model, code: event.error.code });
  });

  function gauge(name: string, help: string, read: (stats: EngineStats) => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(engine.stats()));
      },
    });
  }

  function counter(name: string, help: string, read: (stats: EngineStats) => number): void {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read(engine.stats()));
      },
    });
  }

  function labelled(
    name: string,
    help: string,
    label: string,
    read: (stats: EngineStats) => Readonly<Record<string, number>>,
  ): void {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(read(engine.stats())))
          this.inc({ [label]: value }, count);
      },
    });
  }
}
