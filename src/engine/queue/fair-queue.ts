/** What the queue needs to know of an item. */
export interface Queued {
  readonly client: string;
  readonly pixels: number;
  readonly bytes: number;
  /** Milliseconds that it will keep a worker busy. */
  costMs: number;
}

/** What waits for one client. */
interface Lane<T> {
  items: Set<T>;
  costMs: number;
}

/**
 * A waiting line that is first-come-first-served for each client and takes the clients in turn, so that one client's
 * thousand pictures do not stand before another's single one.
 */
export class FairQueue<T extends Queued> {
  /** Insertion order is the order of turns. */
  readonly #lanes = new Map<string, Lane<T>>();
  #size = 0;
  #pixels = 0;
  #bytes = 0;
  #costMs = 0;

  get size(): number {
    return this.#size;
  }

  get pixels(): number {
    return this.#pixels;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Milliseconds that all items together will keep a worker busy. */
  get costMs(): number {
    return this.#costMs;
  }

  /** Waiting items of one client. */
  sizeOf(client: string): number {
    return this.#lanes.get(client)?.items.size ?? 0;
  }

  /** @param first whether the item goes before everything else of its client */
  push(item: T, first = false): void {
    const lane = this.#lanes.get(item.client) ?? { items: new Set(), costMs: 0 };
    this.#lanes.set(item.client, lane);
    if (first) lane.items = new Set([item, ...lane.items]);
    else lane.items.add(item);
    this.#count(lane, item, 1);
  }

  /** Takes the next item that `wanted` accepts, and ends its client's turn. */
  take(wanted: (item: T) => boolean): T | undefined {
    for (const [client, lane] of this.#lanes) {
      for (const item of lane.items) {
        if (!wanted(item)) continue;
        this.remove(item);
        if (this.#lanes.delete(client)) this.#lanes.set(client, lane);
        return item;
      }
    }
    return undefined;
  }

  /** @returns whether it was still waiting */
  remove(item: T): boolean {
    const lane = this.#lanes.get(item.client);
    if (!lane?.items.delete(item)) return false;
    if (lane.items.size === 0) this.#lanes.delete(item.client);
    this.#count(lane, item, -1);
    return true;
  }

  /** Milliseconds of work that is served before a new item of this client would be. */
  aheadMs(client: string): number {
    const own = this.#lanes.get(client);
    const turns = (own?.items.size ?? 0) + 1;
    let ahead = own?.costMs ?? 0;
    for (const lane of this.#lanes.values()) {
      if (lane !== own) ahead += lane.costMs * Math.min(1, turns / lane.items.size);
    }
    return ahead;
  }

  /** Says anew what each item costs. */
  appraise(costMs: (item: T) => number): void {
    this.#costMs = 0;
    for (const lane of this.#lanes.values()) {
      lane.costMs = 0;
      for (const item of lane.items) {
        item.costMs = costMs(item);
        lane.costMs += item.costMs;
      }
      this.#costMs += lane.costMs;
    }
  }

  /** The newest item of the client with the most items, if that client has more than `share`. */
  newestAboveShare(share: number): T | undefined {
    let heaviest: Set<T> | undefined;
    for (const { items } of this.#lanes.values()) {
      if (items.size > (heaviest?.size ?? share)) heaviest = items;
    }
    return heaviest === undefined ? undefined : [...heaviest].at(-1);
  }

  /** In the order in which they would be served. Items may be removed meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    let lanes = [...this.#lanes.values()].map(({ items }) => [...items]);
    for (let turn = 0; lanes.length > 0; turn += 1) {
      lanes = lanes.filter(({ length }) => turn < length);
      for (const lane of lanes) {
        const item = lane[turn];
        if (item !== undefined) yield item;
      }
    }
  }

  #count(lane: Lane<T>, item: T, sign: 1 | -1): void {
    this.#size += sign;
    this.#pixels += sign * item.pixels;
    this.#bytes += sign * item.bytes;
    lane.costMs += sign * item.costMs;
    this.#costMs += sign * item.costMs;
  }
}
