import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WorkerSetup } from './protocol.ts';

/**
 * Starts a worker thread. Compiled, its entry is a file of its own; from source, a bootstrap registers the TypeScript
 * loader first, because a worker does not inherit loaders that were registered in code.
 */
export function spawnWorker(setup: WorkerSetup): Worker {
  const options = {
    workerData: setup,
    name: 'pictor-inference',
    // What a worker prints would land in the caller's streams.
    execArgv: [],
  };
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./main.js', import.meta.url), options);
  }
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href;
  const entry = new URL('./main.ts', import.meta.url).href;
  const bootstrap = `import { register } from ${JSON.stringify(loader)};
register();
await import(${JSON.stringify(entry)});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(bootstrap)}`), options);
}
