import { PictorError } from '../../errors.ts';
import type { Platform, PlatformRuntime } from './platform.ts';

/** Oldest glibc that the native libraries load on (symbol versions of onnxruntime 1.30 and libvips). */
const NATIVE_GLIBC = '2.28';

/**
 * The runtime of a platform for a Node.js version, if it can carry the back end.
 *
 * @param platform where the function will run
 * @param node major version
 * @param backend `native` needs a recent glibc; `wasm` runs on any
 * @throws OPTION_INVALID when there is no such runtime, or it is too old
 */
export function runtimeFor(platform: Platform, node: number, backend: 'native' | 'wasm'): PlatformRuntime {
  const runtime = platform.runtimes.find((candidate) => candidate.node === node);
  const usable = platform.runtimes.filter((candidate) => candidate.node >= 20);
  const offer = usable.map((candidate) => `--node ${candidate.node} (${candidate.name})`).join(' or ');
  if (!runtime) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a Node.js runtime of ${platform.title}: ${offer}`,
      received: `--node ${node}`,
    });
  }
  if (node < 20) {
    throw new PictorError('OPTION_INVALID', {
      expected: `Node.js 20 or newer: ${offer}`,
      received: `${runtime.name}`,
    });
  }
  if (backend === 'native' && runtime.glibc && compareVersions(runtime.glibc, NATIVE_GLIBC) < 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a runtime with glibc ${NATIVE_GLIBC} or newer: ${offer}`,
      received: `${runtime.name} with glibc ${runtime.glibc}`,
      fix: 'Choose a newer runtime, or --backend wasm',
    });
  }
  return runtime;
}

/** Compares `2.28` with `2.4` number by number. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
