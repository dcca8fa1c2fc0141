import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WorkerSetup } from './protocol.ts';

/**
 * Starts a worker thread. Compiled, its entry is a file of its own; from source, a bootstrap registers the TypeScript
 * loader first, which a worker does not inherit.
 */
export function spawnWorker(setup: WorkerSetup): Worker {
  const fromSource = import.meta.url.endsWith('.ts');
  return new Worker(fromSource ? sourceBootstrap() : new URL('./main.js', import.meta.url), {
    workerData: setup,
    name: 'pictor-inference',
    // Node options of the process (inspector, loaders, test runner) are not meant for workers.
    execArgv: [],
  });
}

function sourceBootstrap(): URL {
  const tsx = createRequire(import.meta.url).resolve('tsx/package.json');
  const loader = new URL('./dist/esm/api/index.mjs', pathToFileURL(tsx)).href;
  const entry = new URL('./main.ts', import.meta.url).href;
  const code = `import { register } from ${JSON.stringify(loader)};
register();
await import(${JSON.stringify(entry)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
