import { loadNativeBackend } from '../../engine/backends/native.ts';
import { PictorError } from '../../errors.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { elements } from '../../models/onnx/values.ts';
import type { FloatBackbone } from './float-backbone.ts';

/**
 * Lengths of every tensor, constants included, for a number of pictures. The runtime knows best: the graph is run with
 * one picture and with two, and what differs is the number of pictures.
 *
 * @throws FEATURE_UNSUPPORTED when the graph takes one picture at a time only
 */
export async function inferShapes({
  model,
  input,
  dims,
}: FloatBackbone): Promise<(pictures: number) => ReadonlyMap<string, readonly number[]>> {
  const names = [...new Set(model.graph.nodes.flatMap(({ outputs }) => outputs))].filter(Boolean);
  const known = new Map(model.graph.outputs.map((info) => [info.name, info]));
  const outputs = names.map((name) => known.get(name) ?? { name, elementType: 0 });
  const bytes = encodeModel({ ...model, graph: { ...model.graph, outputs } });
  const session = await (await loadNativeBackend()).load(bytes, { intraOpThreads: 1 });
  const run = async (pictures: number) => {
    const shape = [pictures, ...dims];
    const data = new Float32Array(elements(shape));
    const found = await session.run({ [input]: { type: 'float32', dims: shape, data } });
    return new Map(Object.entries(found).map(([name, tensor]) => [name, tensor.dims]));
  };
  try {
    const one = await run(1);
    const two = await run(2);
    return (pictures) => {
      const result = new Map<string, readonly number[]>([[input, [pictures, ...dims]]]);
      for (const { name, dims: fixed } of model.graph.initializers) result.set(name, fixed);
      for (const [name, shape] of one) {
        const more = two.get(name) ?? shape;
        result.set(
          name,
          shape.map((length, axis) => length + ((more[axis] ?? length) - length) * (pictures - 1)),
        );
      }
      return result;
    };
  } catch (cause) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a backbone that takes any number of pictures at a time',
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'Export the model with a dynamic batch dimension',
      cause,
    });
  } finally {
    await session.dispose();
  }
}
