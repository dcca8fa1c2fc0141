/** How a pool keeps memory, bytes. */
export interface PoolBounds {
  /** The smallest buffer; larger ones are powers of two. */
  readonly smallest: number;
  /** Larger buffers go back to the system at once. */
  readonly largest: number;
  /** All that is kept. */
  readonly kept: number;
}

/** Space for the pixels, the tensors and the files of the two or three pictures that a worker holds. */
const WORKER_BOUNDS: PoolBounds = { smallest: 64 * 1024, largest: 4 * 1024 * 1024, kept: 8 * 1024 * 1024 };

/**
 * Memory that goes from one picture to the next. Fresh memory is expensive: the system clears each page of it, and V8 counts
 * it as garbage and collects the whole heap every twenty pictures or so (measured: 1.4 of 13.8 ms of processor time a
 * picture).
 */
export class BufferPool {
  readonly #free = new Map<number, ArrayBuffer[]>();
  /** Buffers that somebody uses; weak, so that giving back is optional. */
  readonly #lent = new WeakSet<ArrayBufferLike>();
  readonly #bounds: PoolBounds;
  #kept = 0;

  constructor(bounds: PoolBounds = WORKER_BOUNDS) {
    this.#bounds = bounds;
  }

  /** Memory with anything in it. @param bytes how much, at least */
  take(bytes: number): ArrayBuffer {
    const size = this.#sizeOf(bytes);
    const known = this.#freeOf(size).pop();
    if (known) this.#kept -= size;
    const buffer = known ?? new ArrayBuffer(size);
    if (size <= this.#bounds.largest) this.#lent.add(buffer);
    return buffer;
  }

  /** Takes back what {@link take} gave, once; other memory is left alone. */
  give({ buffer }: ArrayBufferView): void {
    if (!(buffer instanceof ArrayBuffer) || !this.#lent.delete(buffer)) return;
    const size = buffer.byteLength;
    this.#freeOf(size).push(buffer);
    this.#kept += size;
    while (this.#kept > this.#bounds.kept) this.#forgetOne();
  }

  /** Buffers of one size, the most recently used last. */
  #freeOf(size: number): ArrayBuffer[] {
    const free = this.#free.get(size) ?? [];
    this.#free.delete(size);
    this.#free.set(size, free);
    return free;
  }

  /** Lets go of a buffer of the size that has not been used for longest: pictures of that size come no more. */
  #forgetOne(): void {
    for (const [size, free] of this.#free) {
      if (free.pop()) {
        this.#kept -= size;
        return;
      }
    }
  }

  #sizeOf(bytes: number): number {
    const { smallest, largest } = this.#bounds;
    return bytes > largest ? bytes : Math.max(smallest, 2 ** Math.ceil(Math.log2(bytes)));
  }
}
