/** A place for one thing: the newest. What was there and not taken is dropped. */
export class Newest<Item> {
  #item: Item | undefined;
  #wake: (() => void) | undefined;
  #ended = false;
  #error: unknown;
  /** How many were replaced before anybody took them. */
  dropped = 0;

  put(item: Item): void {
    if (this.#item !== undefined) this.dropped += 1;
    this.#item = item;
    this.#wake?.();
  }

  /** No more will come. @param error what the reader is to throw */
  end(error?: unknown): void {
    this.#ended = true;
    this.#error ??= error;
    this.#wake?.();
  }

  /** The newest thing, as soon as there is one; undefined at the end. */
  async take(): Promise<Item | undefined> {
    while (this.#item === undefined) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const item = this.#item;
    this.#item = undefined;
    return item;
  }
}
