/** What the queue needs to know of an item. */
export interface Queued {
  readonly client: string;
  readonly pixels: number;
  readonly bytes: number;
}

/**
 * A waiting line that is first-come-first-served for each client and takes the clients in turn, so that one client's
 * thousand pictures do not stand before another's single one.
 */
export class FairQueue<T extends Queued> {
  /** Insertion order is the order of turns. */
  readonly #lanes = new Map<string, Set<T>>();
  #size = 0;
  #pixels = 0;
  #bytes = 0;

  get size(): number {
    return this.#size;
  }

  get pixels(): number {
    return this.#pixels;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Clients with waiting work. */
  get clients(): number {
    return this.#lanes.size;
  }

  /** Waiting items of one client. */
  sizeOf(client: string): number {
    return this.#lanes.get(client)?.size ?? 0;
  }

  /** @param first whether the item goes before everything else of its client */
  push(item: T, first = false): void {
    const lane = this.#lanes.get(item.client);
    if (lane === undefined) this.#lanes.set(item.client, new Set([item]));
    else if (first) this.#lanes.set(item.client, new Set([item, ...lane]));
    else lane.add(item);
    this.#count(item, 1);
  }

  /** Takes the next item that `wanted` accepts, and ends its client's turn. */
  take(wanted: (item: T) => boolean): T | undefined {
    for (const [client, lane] of this.#lanes) {
      for (const item of lane) {
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
    if (!lane?.delete(item)) return false;
    if (lane.size === 0) this.#lanes.delete(item.client);
    this.#count(item, -1);
    return true;
  }

  /** How many items are served before a new one of this client would be. */
  ahead(client: string): number {
    const own = this.sizeOf(client);
    let ahead = own;
    for (const [name, lane] of this.#lanes) if (name !== client) ahead += Math.min(lane.size, own + 1);
    return ahead;
  }

  /** The newest item of the client with the most items, if that client has more than `share`. */
  newestAboveShare(share: number): T | undefined {
    let heaviest: Set<T> | undefined;
    for (const lane of this.#lanes.values()) if (lane.size > (heaviest?.size ?? share)) heaviest = lane;
    return heaviest === undefined ? undefined : [...heaviest].at(-1);
  }

  [Symbol.iterator](): Iterator<T> {
    return [...this.#lanes.values()].flatMap((lane) => [...lane])[Symbol.iterator]();
  }

  #count(item: T, sign: 1 | -1): void {
    this.#size += sign;
    this.#pixels += sign * item.pixels;
    this.#bytes += sign * item.bytes;
  }
}
