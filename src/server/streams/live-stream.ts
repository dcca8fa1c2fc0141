import { setTimeout as wait } from 'node:timers/promises';
import { ERROR_TABLE, PictorError } from '../../errors.ts';
import type { AnalyzedFrame, VideoRun } from '../../video/track.ts';
import type { LineCount } from '../../video/types.ts';
import type { Recognizers } from '../models/types.ts';
import type { Logger } from '../observe/logger.ts';
import type { StreamInput, StreamView } from './types.ts';

const DEFAULT_FPS = 5;
/** Wait before a camera that was given up is tried again, milliseconds. */
const AGAIN_MS = 5000;

/** One camera, looked at for as long as the server runs. Holds one frame, whatever the length. */
export class LiveStream {
  readonly name: string;
  readonly #input: StreamInput;
  readonly #recognizers: Pick<Recognizers, 'get'>;
  readonly #logger: Logger;
  readonly #clock: () => number;
  #state: StreamView['state'] = 'connecting';
  #problem: string | undefined;
  #frameAt: number | undefined;
  #newest: AnalyzedFrame | undefined;
  #run: VideoRun | undefined;
  /** Counts of connections that are over. */
  #past: Pick<StreamView, 'frames' | 'dropped' | 'unique' | 'lines'> = {
    frames: 0,
    dropped: 0,
    unique: {},
    lines: [],
  };

  constructor(
    name: string,
    input: StreamInput,
    services: {
      readonly recognizers: Pick<Recognizers, 'get'>;
      readonly logger: Logger;
      readonly clock: () => number;
    },
  ) {
    this.name = name;
    this.#input = input;
    this.#recognizers = services.recognizers;
    this.#logger = services.logger;
    this.#clock = services.clock;
  }

  /** Looks until the signal fires; what goes wrong is said in {@link view} and tried again. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#state = 'connecting';
      try {
        await this.#connect(signal);
        this.#problem = 'the stream ended';
      } catch (thrown) {
        this.#problem =
          thrown instanceof PictorError ? `${thrown.code}: ${ERROR_TABLE[thrown.code].title}` : 'INTERNAL';
        if (!signal.aborted) this.#logger.warn({ stream: this.name, error: this.#problem }, 'stream lost');
      }
      this.#past = this.#totals();
      this.#run = undefined;
      this.#state = 'failed';
      await wait(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { openVideo } = await import('../../video/open-video.ts');
    const { track } = await import('../../video/track.ts');
    const { url, model, fps = DEFAULT_FPS, minScore, longestSide, lines, zones } = this.#input;
    const detector = await this.#recognizers.get('detect', model);
    await using source = await openVideo(url, {
      live: true,
      fps,
      signal,
      ...(longestSide !== undefined && { longestSide }),
    });
    this.#run = track(source, {
      detector,
      signal,
      ...(minScore !== undefined && { minScore }),
      ...(lines && { lines }),
      ...(zones && { zones }),
    });
    for await (const frame of this.#run) {
      this.#newest = frame;
      this.#frameAt = this.#clock();
      this.#state = 'live';
      this.#problem = undefined;
    }
  }

  #totals(): Pick<StreamView, 'frames' | 'dropped' | 'unique' | 'lines'> {
    const past = this.#past;
    const now = this.#run?.summary;
    if (!now) return past;
    return {
      frames: past.frames + now.frames,
      dropped: past.dropped + now.state.dropped,
      unique: sumOf(past.unique, now.unique),
      lines: now.lines.map((line) =>
        addLine(
          past.lines.find(({ name }) => name === line.name),
          line,
        ),
      ),
    };
  }

  /** The newest frame that was looked at, with its pixels. */
  get newest(): AnalyzedFrame | undefined {
    return this.#newest;
  }

  get view(): StreamView {
    const newest = this.#newest;
    return {
      name: this.name,
      state: this.#state,
      ...(this.#problem !== undefined && { problem: this.#problem }),
      ...(this.#frameAt !== undefined && { frameAt: this.#frameAt }),
      ...(newest && { width: newest.width, height: newest.height }),
      ...this.#totals(),
      objects: this.#state === 'live' ? (newest?.objects ?? []) : [],
      zones: this.#run?.summary.zones ?? [],
    };
  }
}

function sumOf(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const sums = new Map(Object.entries(a));
  for (const [label, count] of Object.entries(b)) sums.set(label, (sums.get(label) ?? 0) + count);
  return Object.fromEntries(sums);
}

function addLine(past: LineCount | undefined, now: LineCount): LineCount {
  if (!past) return now;
  const perClass = new Map(Object.entries(past.perClass));
  for (const [label, counts] of Object.entries(now.perClass)) {
    const before = perClass.get(label);
    perClass.set(label, { in: (before?.in ?? 0) + counts.in, out: (before?.out ?? 0) + counts.out });
  }
  return {
    name: now.name,
    in: past.in + now.in,
    out: past.out + now.out,
    perClass: Object.fromEntries(perClass),
  };
}
