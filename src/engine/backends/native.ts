import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
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
    optimisesFor: `onnxruntime-${ort.env.versions.node ?? 'unknown'}-${processor()}`,
    async load(model, { intraOpThreads, saveTo, optimised = false }) {
      const options = {
        graphOptimizationLevel: 'all',
        executionMode: 'sequential',
        intraOpNumThreads: intraOpThreads,
        interOpNumThreads: 1,
        logSeverityLevel: 3,
        ...(saveTo !== undefined && { optimizedModelFilePath: saveTo }),
        extra: {
          session: {
            // Spinning threads would burn the processor that decoding and the calling thread need.
            intra_op: { allow_spinning: '0' },
            inter_op: { allow_spinning: '0' },
            ...(saveTo !== undefined && { save_model_format: 'ORT' }),
            ...(optimised && MAPPED),
          },
        },
      } as const;
      const session = await (typeof model === 'string'
        ? ort.InferenceSession.create(model, options)
        : ort.InferenceSession.create(model, options));
      return wrapOrtSession(ort, session);
    },
  };
}

/** Weights stay in the file, whose pages all sessions and processes share. */
const MAPPED = {
  use_memory_mapped_ort_model: '1',
  use_ort_model_bytes_directly: '1',
  use_ort_model_bytes_for_initializers: '1',
} as const;

/** The layout of an optimised graph's weights depends on the processor's vector instructions. */
function processor(): string {
  const facts = [process.platform, process.arch, cpus()[0]?.model, instructionSets()].join();
  return createHash('sha256').update(facts).digest('hex').slice(0, 16);
}

function instructionSets(): string | undefined {
  try {
    return /^(?:flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'))?.[0];
  } catch {
    // Not Linux.
    return undefined;
  }
}
