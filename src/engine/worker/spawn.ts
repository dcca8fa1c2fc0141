import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hasAddressLimit } from '../../base/process-limits.ts';
import { compileCacheFolder } from '../../models/locations.ts';

/** The file descriptor that carries messages, in the worker. */
export const CHANNEL_FD = 3;

/**
 * Starts a worker process.
 *
 * A process, not a thread: ending a thread inside a call of onnxruntime-node aborts the whole process, and every exit
 * of the process ends its threads (see docs/engine.md for the measurement).
 */
export function spawnWorker(): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = new URL(fromSource ? './worker.ts' : './worker.js', import.meta.url);
  return spawn(process.execPath, [...nodeOptions(fromSource), fileURLToPath(entry)], {
    env: workerEnvironment(),
    // What a worker prints must not land in the caller's streams; the end of stderr helps to explain a crash.
    stdio: ['ignore', 'ignore', 'pipe', 'overlapped'],
    windowsHide: true,
  });
}

/**
 * A worker's pixels and tensors lie outside V8's heap: a larger young generation only holds dead objects longer, and V8
 * does not see when they are worth a collection (`collect.ts`).
 */
const HEAP = ['--max-semi-space-size=1', '--expose-gc'];

function nodeOptions(fromSource: boolean): string[] {
  // With the trap handler each WebAssembly memory reserves 8 GB of addresses, which a bounded process has not.
  const options = hasAddressLimit() ? [...HEAP, '--disable-wasm-trap-handler'] : HEAP;
  if (!fromSource) return options;
  const loader = createRequire(import.meta.url).resolve('tsx');
  return [...options, '--import', pathToFileURL(loader).href];
}

function workerEnvironment(): NodeJS.ProcessEnv {
  // Node options of the caller (inspector, loaders, test runner) are not meant for workers.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return {
    ...env,
    // Node.js 22.1 and newer keep what they have compiled; it is written when a worker ends in peace.
    NODE_COMPILE_CACHE: compileCacheFolder(env),
    ORT_DISABLE_TELEMETRY: '1',
    // One thread computes: more arenas would only keep freed memory apart.
    MALLOC_ARENA_MAX: env['MALLOC_ARENA_MAX'] ?? '2',
    // Pixels go back to the system when they are freed. glibc would otherwise raise both bounds with every large
    // picture and keep what it was given.
    MALLOC_MMAP_THRESHOLD_: env['MALLOC_MMAP_THRESHOLD_'] ?? '131072',
    MALLOC_TRIM_THRESHOLD_: env['MALLOC_TRIM_THRESHOLD_'] ?? '131072',
  };
}
