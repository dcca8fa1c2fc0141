/** The smallest buffer, bytes; larger ones are powers of two. */
const SMALLEST = 64 * 1024;

/** Larger buffers go back to the system at once, bytes. */
const LARGEST = 4 * 1024 * 1024;

/** All that is kept, bytes: the pixels, the tensors and the files of the two or three pictures that a worker holds. */
const KEPT = 8 * 1024 * 1024;

/**
 * Memory that goes from one picture to the next. Fresh memory is dear: the system clears each page of it, and V8 counts
 * it as garbage and collects the whole heap every twenty pictures or so (measured: 1.4 of 13.8 ms of processor time a
 * picture).
 */
export class BufferPool {
  readonly #free = new Map<number, ArrayBuffer[]>();
  /** Buffers that somebody uses; weak, so that giving back is optional. */
  readonly #lent = new WeakSet<ArrayBufferLike>();
  #kept = 0;

  /** Memory with anything in it. @param bytes how much, at least */
  take(bytes: number): ArrayBuffer {
    const size = sizeOf(bytes);
    const known = this.#freeOf(size).pop();
    if (known) this.#kept -= size;
    const buffer = known ?? new ArrayBuffer(size);
    if (size <= LARGEST) this.#lent.add(buffer);
    return buffer;
  }

  /** Takes back what {@link take} gave, once; other memory is left alone. */
  give({ buffer }: ArrayBufferView): void {
    if (!(buffer instanceof ArrayBuffer) || !this.#lent.delete(buffer)) return;
    const size = buffer.byteLength;
    this.#freeOf(size).push(buffer);
    this.#kept += size;
    while (this.#kept > KEPT) this.#forgetOne();
  }

  /** Buffers of one size, which is thereby the one used last. */
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
}

function sizeOf(bytes: number): number {
  if (bytes > LARGEST) return bytes;
  let size = SMALLEST;
  while (size < bytes) size *= 2;
  return size;
}
