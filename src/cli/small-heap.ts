/**
 * Keeps a long-running `pictor serve` small. Imported first by the program, because V8 takes a flag only for what it has
 * not allocated yet.
 *
 * Bodies lie outside V8's heap, so V8 sees little reason to collect while many of them are dead. Two remedies: a young
 * generation that stays at its first size (135 → 98 MB resident after 1000 requests with SqueezeNet), and a collection when
 * several megabytes of bytes lie outside: of the young generation (1 ms), or of everything once bytes have grown old.
 *
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 200;
/** Bytes outside the heap at which collecting the young generation pays. */
const MINOR_BYTES = 6_000_000;
/** Bytes outside the heap that minor collections did not reach: their requests were slow enough to grow old. */
const MAJOR_BYTES = 20_000_000;

if (process.argv[2] === 'serve') {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--expose-gc');
  const collect: (options: { type: 'minor' | 'major' }) => void = runInNewContext('gc');
  setInterval(() => {
    const { arrayBuffers } = process.memoryUsage();
    if (arrayBuffers > MINOR_BYTES) collect({ type: arrayBuffers > MAJOR_BYTES ? 'major' : 'minor' });
  }, LOOK_EVERY_MS).unref();
}
