import { PictorError } from '../../errors.ts';
import { resolveLines, resolveZones } from '../../video/analytics/options.ts';
import { LiveStream } from './live-stream.ts';
import type { StreamsInput } from './types.ts';

/** The named cameras of a server. */
export interface Streams {
  readonly list: readonly LiveStream[];
  get(name: string): LiveStream | undefined;
  /** Fires when the server stops. */
  readonly signal: AbortSignal;
  /** Connects to all; returns at once. */
  start(): void;
  close(): Promise<void>;
}

/**
 * Cameras by name. Nothing is connected before `start`.
 *
 * @throws CONFIG_INVALID, OPTION_INVALID for lines and zones
 */
export function createStreams(
  input: StreamsInput,
  services: ConstructorParameters<typeof LiveStream>[2],
): Streams {
  const streams = new Map<string, LiveStream>();
  for (const [name, stream] of Object.entries(input)) {
    if (!/^[a-z0-9][a-z0-9._-]{0,62}$/i.test(name)) {
      throw new PictorError('CONFIG_INVALID', {
        expected: 'names of streams to be letters, digits, dots, dashes and underscores',
        received: name.slice(0, 100),
      });
    }
    resolveLines(stream.lines);
    resolveZones(stream.zones);
    streams.set(name, new LiveStream(name, stream, services));
  }
  const stop = new AbortController();
  let watching: Promise<unknown> | undefined;
  return {
    list: [...streams.values()],
    get: (name) => streams.get(name),
    signal: stop.signal,
    start() {
      watching ??= Promise.all([...streams.values()].map((stream) => stream.watch(stop.signal)));
    },
    async close() {
      stop.abort(new PictorError('SERVER_STOPPING'));
      await watching;
    },
  };
}
