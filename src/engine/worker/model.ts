import { monotonicNow } from '../../base/clock.ts';
import { isPictorError, PictorError } from '../../errors.ts';
import { preparePicture } from '../../image/prepare.ts';
import type { Backend } from '../backends/types.ts';
import { type ModelGraph, openModelGraph } from './model-graph.ts';
import type { OpenSpec } from './protocol.ts';
import { itemDims, sideInputs, stack } from './tensors.ts';

/** A model on one worker. */
export interface WorkerModel {
  readonly spec: OpenSpec;
  readonly graph: ModelGraph;
  /** Name of the graph input that takes the picture. */
  readonly pictureInput: string;
  /** Runs one picture and one inference for nothing. Returns the milliseconds of a second, warm inference. */
  warmUp(): Promise<number>;
}

/** The smallest grey JPEG: warms the decoder up. */
const WARM_UP_PICTURE =
  '/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAgACADASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAAAAAAAA/9k=';

/** @throws MODEL_HASH_MISMATCH, MODEL_FILE_INVALID when the back end refuses the graph or the manifest does not fit it */
export async function loadModel(backend: Backend, spec: OpenSpec): Promise<WorkerModel> {
  const graph = await openModelGraph(backend, spec).catch((cause) => {
    if (isPictorError(cause)) throw cause;
    throw new PictorError('MODEL_FILE_INVALID', {
      expected: 'an ONNX graph that the inference library can load',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  });
  const pictureInput = spec.input.name ?? graph.inputs[0]?.name;
  if (pictureInput === undefined || !graph.inputs.some(({ name }) => name === pictureInput)) {
    await graph.dispose();
    throw new PictorError('MODEL_FILE_INVALID', {
      expected: `a graph with the input ${pictureInput ?? 'for the picture'}`,
      received: `inputs ${graph.inputs.map(({ name }) => name).join(', ') || '(none)'}`,
      fix: 'Correct `input.name` in the manifest',
    });
  }
  return {
    spec,
    graph,
    pictureInput,
    async warmUp() {
      const bytes = Uint8Array.from(Buffer.from(WARM_UP_PICTURE, 'base64'));
      const { data, dims, info } = await preparePicture(bytes, spec.input);
      // A picture fed at its own size would warm up a shape that no real picture has.
      const item = spec.input.resize.rule === 'none' ? zeroItem(spec) : { data, dims };
      const feeds = { [pictureInput]: stack([item]), ...sideInputs(graph.inputs, pictureInput, info) };
      const session = await graph.session(spec.intraOpThreads);
      await session.run(feeds);
      const started = monotonicNow();
      await session.run(feeds);
      return monotonicNow() - started;
    },
  };
}

function zeroItem({ input }: OpenSpec) {
  const dims = itemDims(input);
  const length = dims.reduce((a, b) => a * b, 1);
  const data =
    input.elementType === 'float32'
      ? new Float32Array(length)
      : input.elementType === 'uint8'
        ? new Uint8Array(length)
        : new Int8Array(length);
  return { data, dims };
}
