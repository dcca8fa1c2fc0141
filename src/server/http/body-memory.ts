/**
 * Where request bodies lie.
 *
 * V8 counts bytes outside its heap as a reason to collect all of it: with fresh memory for each body, a server of
 * photographs marks its whole heap every thirty requests, and spends more time on that than on HTTP. So memory of a
 * picture goes to the next one, and what Node.js read from the socket is given back as soon as it has been copied.
 *
 * @module
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { BufferPool } from '../../base/buffer-pool.ts';

/** Larger bodies are rare, and memory kept for them is wasted. Bytes. */
const BOUNDS = { smallest: 16 * 1024, largest: 1024 * 1024, kept: 8 * 1024 * 1024 };

export interface BodyMemory {
  /** @param length of the body, bytes */
  take(length: number): Uint8Array;
  /** Lends the memory to others. Nobody may use these bytes any more, a write on its way included. */
  recycle(bytes: Uint8Array): void;
}

/** Makes the memory of one application. */
export function createBodyMemory(): BodyMemory {
  const pool = new BufferPool(BOUNDS);
  return {
    take: (length) => new Uint8Array(pool.take(length), 0, length),
    recycle: (bytes) => pool.give(bytes),
  };
}

let nowhere: MessagePort | undefined;

/**
 * Gives memory back now instead of at the next collection: what is transferred to a port that nobody listens on is gone.
 *
 * @param bytes whose memory is nobody else's; empty afterwards
 */
export function discard(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== bytes.byteLength) return;
  if (nowhere === undefined) {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    nowhere = port1;
  }
  nowhere.postMessage(null, [buffer]);
}
