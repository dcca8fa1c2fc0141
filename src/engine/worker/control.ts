/** Jobs that one worker may hold at a time. */
export const SLOTS = 4096;

const BUSY_OFFSET = SLOTS * 4;

/**
 * The memory that a worker shares with its host, because a worker inside an inference hears no messages: a cancel flag
 * for each job it holds, and since when it is inside an inference.
 */
export interface Control {
  cancel(slot: number): void;
  clear(slot: number): void;
  isCancelled(slot: number): boolean;
  /** The worker enters (`now`) or leaves (0) an inference. */
  setBusySince(now: number): void;
  /** 0 when the worker is not inside an inference. */
  busySince(): number;
}

export function allocateControl(): SharedArrayBuffer {
  return new SharedArrayBuffer(BUSY_OFFSET + 8);
}

export function openControl(memory: SharedArrayBuffer): Control {
  const flags = new Int32Array(memory, 0, SLOTS);
  const busy = new BigInt64Array(memory, BUSY_OFFSET, 1);
  return {
    cancel: (slot) => void Atomics.store(flags, slot, 1),
    clear: (slot) => void Atomics.store(flags, slot, 0),
    isCancelled: (slot) => Atomics.load(flags, slot) === 1,
    setBusySince: (now) => void Atomics.store(busy, 0, BigInt(Math.round(now * 1000))),
    busySince: () => Number(Atomics.load(busy, 0)) / 1000,
  };
}

/** Milliseconds of a clock that all threads of the process share and that never jumps. */
export function monotonicNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
