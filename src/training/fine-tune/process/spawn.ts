import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Starts a training process. Weights and gradients lie outside V8's heap, so that garbage is collected by hand. */
export function spawnFineTune(): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const name = fromSource ? './fine-tune-process.ts' : './fine-tune-process.js';
  const { NODE_OPTIONS: _, ...env } = process.env;
  const loader = fromSource
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : [];
  return fork(fileURLToPath(new URL(name, import.meta.url)), [], {
    execArgv: ['--expose-gc', ...loader],
    env: {
      ...env,
      ORT_DISABLE_TELEMETRY: '1',
      // Freed tensors go back to the system, so that the peak is what is in use.
      MALLOC_ARENA_MAX: env['MALLOC_ARENA_MAX'] ?? '2',
      MALLOC_MMAP_THRESHOLD_: env['MALLOC_MMAP_THRESHOLD_'] ?? '131072',
      MALLOC_TRIM_THRESHOLD_: env['MALLOC_TRIM_THRESHOLD_'] ?? '131072',
    },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
