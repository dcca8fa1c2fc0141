import { decodeModel } from '../src/models/onnx/decode.ts';
import { encodeModel } from '../src/models/onnx/encode.ts';

/** The same graph with other names for some tensors. */
export function renameGraphPorts(bytes: Uint8Array, names: ReadonlyMap<string, string>): Uint8Array {
  const model = decodeModel(bytes);
  const { graph } = model;
  const rename = (name: string) => names.get(name) ?? name;
  const renamed = <Item extends { readonly name: string }>(items: readonly Item[]) =>
    items.map((item) => ({ ...item, name: rename(item.name) }));
  return encodeModel({
    ...model,
    graph: {
      ...graph,
      inputs: renamed(graph.inputs),
      outputs: renamed(graph.outputs),
      nodes: graph.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
    },
  });
}
