/** Finds work in progress on the same bytes, without hashing all of them: a sample narrows down, a comparison decides. */
export class Identical<T> {
  readonly #items = new Map<string, { readonly bytes: Uint8Array; readonly value: T }>();

  find(key: string, bytes: Uint8Array): T | undefined {
    const item = this.#items.get(key);
    return item !== undefined && Buffer.compare(item.bytes, bytes) === 0 ? item.value : undefined;
  }

  /** Shows the work to whoever comes next. The returned function takes it out again. */
  add(key: string, bytes: Uint8Array, value: T): () => void {
    const item = { bytes, value };
    this.#items.set(key, item);
    return () => {
      if (this.#items.get(key) === item) this.#items.delete(key);
    };
  }
}

/** Bytes that a sample takes. */
const SAMPLES = 16;

/** Something short that differs for most pictures that differ. */
export function sampleKey(context: string, bytes: Uint8Array): string {
  let sample = '';
  // From the end: the headers of one camera's pictures are all alike.
  const step = Math.max(1, Math.floor(bytes.length / SAMPLES));
  for (let i = bytes.length - 3, taken = 0; i >= 0 && taken < SAMPLES; i -= step, taken++) {
    sample += String.fromCharCode(bytes[i] ?? 0);
  }
  return `${context}:${bytes.length}:${sample}`;
}
