import { readFile } from 'node:fs/promises';
import { PictorError } from '../../errors.ts';
import { ELEMENT } from '../../models/onnx/types.ts';

/**
 * The graph with some of its intermediate tensors among its outputs.
 *
 * @param graph absolute path of the graph
 * @param names tensors that some node computes
 * @throws MODEL_FILE_INVALID when the graph has no such tensor
 */
export async function withExtraOutputs(
  graph: string,
  names: readonly string[],
): Promise<string | Uint8Array> {
  if (names.length === 0) return graph;
  const { decodeModel } = await import('../../models/onnx/decode.ts');
  const { encodeModel } = await import('../../models/onnx/encode.ts');
  const model = decodeModel(await readFile(graph));
  const { nodes, outputs, valueInfos } = model.graph;
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const present = new Set(outputs.map(({ name }) => name));
  const missing = names.filter((name) => !computed.has(name) && !present.has(name));
  if (missing.length > 0) {
    throw new PictorError('MODEL_FILE_INVALID', {
      expected: `a graph that computes ${missing.join(', ')}`,
      received: 'one that does not',
      fix: 'Correct the tensor names',
    });
  }
  const known = new Map(valueInfos.map((info) => [info.name, info]));
  const added = names
    .filter((name) => !present.has(name))
    .map((name) => known.get(name) ?? { name, elementType: ELEMENT.float32 });
  return encodeModel({ ...model, graph: { ...model.graph, outputs: [...outputs, ...added] } });
}
