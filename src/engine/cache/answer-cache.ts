import { createHash } from 'node:crypto';
import type { CacheOptions, Inference } from '../types.ts';
import { cloneTensors, tensorBytes } from '../worker/tensors.ts';

interface Entry {
  readonly answer: Inference;
  readonly bytes: number;
}

/** Answers by content: the least recently used ones go when either bound is reached. */
export class AnswerCache {
  readonly #options: CacheOptions;
  /** Insertion order is the order of use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  get enabled(): boolean {
    return this.#options.maxEntries > 0;
  }

  get stats() {
    return { entries: this.#entries.size, bytes: this.#bytes, hits: this.#hits, misses: this.#misses };
  }

  /** The answer in memory of its own, with timings of zero. */
  get(key: string): Inference | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const timings = { queue: 0, decode: 0, inference: 0 };
    return { ...entry.answer, outputs: cloneTensors(entry.answer.outputs), timings };
  }

  set(key: string, answer: Inference): void {
    const bytes = tensorBytes(answer.outputs);
    this.#remove(key);
    if (bytes > this.#options.maxBytes) return;
    this.#entries.set(key, { answer: { ...answer, outputs: cloneTensors(answer.outputs) }, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.maxEntries && this.#bytes <= this.#options.maxBytes) break;
      this.#remove(oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

/**
 * Key of a picture under a model and its options. A cryptographic hash, because pictures come from strangers: with a
 * weaker one somebody could make a picture that gets another picture's answer.
 */
export function contentKey(context: string, bytes: Uint8Array): string {
  return `${context}:${createHash('sha256').update(bytes).digest('base64')}`;
}
