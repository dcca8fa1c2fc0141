import { OnnxSink } from '../../convert/onnx/onnx-sink.ts';
import { ELEMENT, type OnnxModel } from '../../models/onnx/types.ts';
import type { Matrix } from '../matrix.ts';
import { floatsOf, runGraph } from './run-graph.ts';

/** Inner products of each row of one matrix with each row of another, `[a.rows, b.rows]`. */
export async function innerProducts(a: Matrix, b: Matrix): Promise<Matrix> {
  const sink = new OnnxSink();
  const output = sink.node('Gemm', ['a', 'b'], { transB: 1 }, 'products');
  const float = (name: string, dims: readonly number[]) => ({ name, elementType: ELEMENT.float32, dims });
  const model: OnnxModel = {
    irVersion: 8,
    opsets: [{ domain: '', version: 13 }],
    producerName: 'pictor',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
    metadata: [],
    graph: {
      name: 'inner products',
      nodes: sink.nodes,
      initializers: [],
      inputs: [float('a', [a.rows, a.columns]), float('b', [b.rows, b.columns])],
      outputs: [float(output, [a.rows, b.rows])],
      valueInfos: [],
    },
  };
  const tensor = ({ rows, columns, data }: Matrix) => ({
    type: 'float32' as const,
    dims: [rows, columns],
    data,
  });
  await using graph = await runGraph(model);
  const outputs = await graph.run({ a: tensor(a), b: tensor(b) }, [output]);
  return { rows: a.rows, columns: b.rows, data: floatsOf(outputs, output) };
}
