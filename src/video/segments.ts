import type { VideoSegment } from './types.ts';

/** A label seen at a moment. */
export interface Sighting {
  readonly label: string;
  readonly zh?: string;
  /** 0..1. */
  readonly score: number;
}

interface Open extends Sighting {
  readonly start: number;
  end: number;
  peak: number;
  peakTime: number;
}

/** Segments that are kept; a stream that never ends drops the oldest. */
const KEPT = 10_000;

/** Joins sightings to segments: a label goes on while it is seen again within the gap. */
export class Segments {
  readonly #gap: number;
  readonly #open = new Map<string, Open>();
  #closed: VideoSegment[] = [];

  /** @param gap seconds without the label after which its segment is over */
  constructor(gap: number) {
    this.#gap = gap;
  }

  /** Takes in what was seen; gives the segments that are over. */
  update(sightings: readonly Sighting[], time: number): VideoSegment[] {
    for (const { label, zh, score } of sightings) {
      const open = this.#open.get(label);
      if (open && time - open.end <= this.#gap) {
        open.end = time;
        if (score > open.peak) Object.assign(open, { peak: score, peakTime: time });
        continue;
      }
      if (open) this.#close(open);
      this.#open.set(label, {
        label,
        ...(zh !== undefined && { zh }),
        score,
        start: time,
        end: time,
        peak: score,
        peakTime: time,
      });
    }
    const over = [...this.#open.values()].filter(({ end }) => time - end > this.#gap);
    return over.map((open) => this.#close(open));
  }

  #close(open: Open): VideoSegment {
    if (this.#open.get(open.label) === open) this.#open.delete(open.label);
    const { label, zh, start, end, peak, peakTime } = open;
    const segment = { label, ...(zh !== undefined && { zh }), start, end, peak, peakTime };
    this.#closed.push(segment);
    if (this.#closed.length > 2 * KEPT) this.#closed = this.#closed.slice(-KEPT);
    return segment;
  }

  /** All segments up to now, those under way included, by their start. */
  get all(): VideoSegment[] {
    const open = [...this.#open.values()].map(({ label, zh, start, end, peak, peakTime }) => ({
      label,
      ...(zh !== undefined && { zh }),
      start,
      end,
      peak,
      peakTime,
    }));
    return [...this.#closed, ...open].toSorted((a, b) => a.start - b.start).slice(-KEPT);
  }
}
