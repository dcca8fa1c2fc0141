import { chooseBackend } from '../../engine/backends/choose.ts';
import type { BackendSession } from '../../engine/backends/types.ts';
import type { TensorMap } from '../../engine/types.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import type { OnnxModel } from '../../models/onnx/types.ts';

/** A graph that runs in this process. */
export interface RunningGraph extends AsyncDisposable {
  run(feeds: TensorMap, outputs: readonly string[]): Promise<TensorMap>;
}

/**
 * Loads a small graph of matrix products into this process, on one thread, so that the same inputs give the same bits.
 * A run takes milliseconds; pictures go through the engine's workers instead.
 *
 * @throws BACKEND_UNAVAILABLE
 */
export async function runGraph(graph: OnnxModel): Promise<RunningGraph> {
  const backend = await chooseBackend('auto');
  const session: BackendSession = await backend.load(encodeModel(graph), { intraOpThreads: 1 });
  return {
    run: (feeds, outputs) => session.run(feeds, outputs),
    [Symbol.asyncDispose]: () => session.dispose(),
  };
}

/** The 32-bit numbers of a tensor. */
export function floatsOf(outputs: TensorMap, name: string): Float32Array {
  const data = outputs[name]?.data;
  return data instanceof Float32Array ? data : new Float32Array();
}
