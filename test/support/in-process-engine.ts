import { chooseBackend } from '../../src/engine/backends/choose.ts';
import type { InferOptions, Session } from '../../src/engine/types.ts';
import { sideInputs, stack } from '../../src/engine/worker/tensors.ts';
import { PictorError } from '../../src/errors.ts';
import { preparePicture } from '../../src/image/prepare.ts';
import type { LocalModel } from '../../src/models/types.ts';

/** A session on the calling thread: the real back end and the real preprocessing, without workers and queue. */
export async function openInProcess(model: LocalModel): Promise<Session> {
  const backend = await chooseBackend('auto');
  const graph = await backend.load(model.path, { intraOpThreads: 1 });
  const input = model.manifest.input.name ?? graph.inputs[0]?.name ?? '';
  const close = () => graph.dispose();
  return {
    model,
    backend: backend.name,
    state: { kind: 'ready', backend: backend.name },
    inputs: graph.inputs,
    outputs: graph.outputs,
    async infer(bytes: Uint8Array, { signal, outputs, frame = 0 }: InferOptions = {}) {
      if (signal?.aborted) throw new PictorError('ABORTED');
      const started = performance.now();
      const { data, dims, info, placement } = await preparePicture(bytes, model.manifest.input, { frame });
      const prepared = performance.now();
      const feeds = { [input]: stack([{ data, dims }]), ...sideInputs(graph.inputs, input, info) };
      const result = await graph.run(feeds, outputs);
      const timings = { queue: 0, decode: prepared - started, inference: performance.now() - prepared };
      return { outputs: result, picture: info, placement, timings };
    },
    run: (feeds, options) => graph.run(feeds, options?.outputs),
    close,
    [Symbol.asyncDispose]: close,
  };
}
