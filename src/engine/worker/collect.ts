import { getHeapStatistics } from 'node:v8';

/** Dead bytes outside the heap that are worth a collection (4 ms). V8 itself would wait for 64 MB. */
const LITTER_BYTES = 12 * 1024 * 1024;

/**
 * Makes a function that collects garbage when large pictures have left much outside V8's heap: their pixels, and the
 * WebAssembly memory that they were decoded in. To be called between pictures; it takes two microseconds.
 */
export function createCollector(): () => void {
  const collect = globalThis.gc;
  let clean = getHeapStatistics().external_memory;
  return () => {
    const { external_memory: now } = getHeapStatistics();
    if (now < clean) clean = now;
    if (now - clean < LITTER_BYTES) return;
    collect?.();
    clean = getHeapStatistics().external_memory;
  };
}
