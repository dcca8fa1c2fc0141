import { readFile } from 'node:fs/promises';
import { wrapOrtSession } from './ort-session.ts';
import type { Backend } from './types.ts';

/**
 * onnxruntime compiled to WebAssembly: slower, but runs wherever Node runs.
 */
export async function loadWasmBackend(): Promise<Backend> {
  const ort = await import('onnxruntime-web');
  // One thread: parallelism comes from the engine's workers.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.logLevel = 'error';
  return {
    name: 'wasm',
    async load(model) {
      const bytes = typeof model === 'string' ? await readFile(model) : model;
      const session = await ort.InferenceSession.create(bytes, {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
      });
      return wrapOrtSession(ort, session);
    },
  };
}
