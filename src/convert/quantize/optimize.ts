import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disableTelemetry } from '../../engine/backends/telemetry.ts';
import { PictorError } from '../../errors.ts';
import { decodeModel } from '../../models/onnx/decode.ts';
import type { OnnxModel } from '../../models/onnx/types.ts';

/**
 * Lets the runtime simplify a graph first: batch norms and scalings go into the convolutions before them, constants are
 * computed, no-ops go. Only standard operators come out, so that the result runs everywhere.
 *
 * @throws MODEL_FILE_INVALID when the runtime cannot load the model
 */
export async function simplify(bytes: Uint8Array): Promise<OnnxModel> {
  disableTelemetry();
  const folder = await mkdtemp(join(tmpdir(), 'pictor-quantize-'));
  const optimizedModelFilePath = join(folder, 'model.onnx');
  try {
    const module = await import('onnxruntime-node');
    const session = await (module.default ?? module).InferenceSession.create(bytes, {
      graphOptimizationLevel: 'basic',
      optimizedModelFilePath,
      logSeverityLevel: 3,
    });
    await session.release();
    return decodeModel(await readFile(optimizedModelFilePath));
  } catch (cause) {
    const received = cause instanceof Error ? cause.message : String(cause);
    throw new PictorError('MODEL_FILE_INVALID', { expected: 'an ONNX model that loads', received, cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
