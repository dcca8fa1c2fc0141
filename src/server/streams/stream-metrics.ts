import { Counter, Gauge, type Registry } from 'prom-client';
import type { Streams } from './streams.ts';

/** Whether cameras are there, and what they counted. */
export function registerStreamMetrics(registry: Registry, streams: Streams): void {
  const registers = [registry];
  new Gauge({
    name: 'pictor_stream_up',
    help: '1 while a camera gives pictures.',
    labelNames: ['stream'] as const,
    registers,
    collect() {
      for (const { view } of streams.list) this.set({ stream: view.name }, view.state === 'live' ? 1 : 0);
    },
  });
  new Counter({
    name: 'pictor_stream_frames_total',
    help: 'Frames of a camera, looked at or passed over for newer ones.',
    labelNames: ['stream', 'fate'] as const,
    registers,
    collect() {
      this.reset();
      for (const { view } of streams.list) {
        this.inc({ stream: view.name, fate: 'looked-at' }, view.frames);
        this.inc({ stream: view.name, fate: 'dropped' }, view.dropped);
      }
    },
  });
  new Counter({
    name: 'pictor_stream_objects_total',
    help: 'Different objects that a camera saw, by label.',
    labelNames: ['stream', 'label'] as const,
    registers,
    collect() {
      this.reset();
      for (const { view } of streams.list) {
        for (const [label, count] of Object.entries(view.unique))
          this.inc({ stream: view.name, label }, count);
      }
    },
  });
  new Counter({
    name: 'pictor_stream_crossings_total',
    help: 'Objects that crossed a line, by direction.',
    labelNames: ['stream', 'line', 'direction'] as const,
    registers,
    collect() {
      this.reset();
      for (const { view } of streams.list) {
        for (const line of view.lines) {
          this.inc({ stream: view.name, line: line.name, direction: 'in' }, line.in);
          this.inc({ stream: view.name, line: line.name, direction: 'out' }, line.out);
        }
      }
    },
  });
}
