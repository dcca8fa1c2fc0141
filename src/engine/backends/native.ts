import { wrapOrtSession } from './ort-session.ts';
import { disableTelemetry } from './telemetry.ts';
import type { Backend } from './types.ts';

/**
 * onnxruntime's native library, with its telemetry off.
 *
 * @throws whatever the dynamic linker says when the library does not fit the machine
 */
export async function loadNativeBackend(): Promise<Backend> {
  disableTelemetry();
  const module = await import('onnxruntime-node');
  const ort = module.default ?? module;
  return {
    name: 'native',
    async load(model, { intraOpThreads }) {
      const options = {
        graphOptimizationLevel: 'all',
        executionMode: 'sequential',
        intraOpNumThreads: intraOpThreads,
        interOpNumThreads: 1,
        logSeverityLevel: 3,
        // Spinning threads would burn the processor that decoding and the calling thread need.
        extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
      } as const;
      const session = await (typeof model === 'string'
        ? ort.InferenceSession.create(model, options)
        : ort.InferenceSession.create(model, options));
      return wrapOrtSession(ort, session);
    },
  };
}
