// Writes small .tflite files, so that the tests need no others.
import { Builder } from 'flatbuffers';

export interface TensorInput {
  readonly name: string;
  readonly shape: readonly number[];
  /** TensorType of the schema: 0 float32, 2 int32, 3 uint8, 9 int8. */
  readonly type: number;
  readonly data?: ArrayBufferView;
  readonly scale?: readonly number[];
  readonly zeroPoint?: readonly number[];
  readonly axis?: number;
}

/** Field number → value and its kind. */
export type Options = Readonly<Record<number, readonly ['int8' | 'int32' | 'float32', number]>>;

export interface OperatorInput {
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: Options;
}

export interface GraphInput {
  readonly tensors: readonly TensorInput[];
  readonly operators: readonly OperatorInput[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A whole file; `appended` goes after it, as label archives do. */
export function buildTflite(graph: GraphInput, appended: Uint8Array = new Uint8Array()): Uint8Array {
  const b = new Builder(1024);
  const offsets = (list: readonly number[]) => {
    b.startVector(4, list.length, 4);
    for (const offset of list.toReversed()) b.addOffset(offset);
    return b.endVector();
  };
  const int32s = (list: readonly number[]) => {
    b.startVector(4, list.length, 4);
    for (const value of list.toReversed()) b.addInt32(value);
    return b.endVector();
  };
  const table = (fields: readonly (readonly [number, () => void])[], count: number) => {
    b.startObject(count);
    for (const [, add] of fields) add();
    return b.endObject();
  };
  const offsetField = (field: number, offset: number) =>
    [field, () => b.addFieldOffset(field, offset, 0)] as const;
  const buffers = [table([], 1)];
  const tensors = graph.tensors.map((tensor) => {
    let buffer = 0;
    if (tensor.data) {
      const bytes = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
      b.startVector(1, bytes.length, 16);
      for (const byte of bytes.toReversed()) b.addInt8(byte);
      const vector = b.endVector();
      buffer = buffers.push(table([offsetField(0, vector)], 1)) - 1;
    }
    const name = b.createString(tensor.name);
    const shape = int32s(tensor.shape);
    const quantization = tensor.scale ? quantizationOf(b, table, tensor) : undefined;
    return table(
      [
        offsetField(0, shape),
        [1, () => b.addFieldInt8(1, tensor.type, 0)],
        [2, () => b.addFieldInt32(2, buffer, 0)],
        offsetField(3, name),
        ...(quantization === undefined ? [] : [offsetField(4, quantization)]),
      ],
      5,
    );
  });
  const codes = [...new Set(graph.operators.map(({ code }) => code))];
  const operators = graph.operators.map(({ code, inputs, outputs, options }) => {
    const settings =
      options &&
      table(
        Object.entries(options).map(
          ([key, [kind, value]]) =>
            [
              Number(key),
              () => {
                if (kind === 'int8') b.addFieldInt8(Number(key), value, 0);
                else if (kind === 'int32') b.addFieldInt32(Number(key), value, 0);
                else b.addFieldFloat32(Number(key), value, 0);
              },
            ] as const,
        ),
        8,
      );
    const [from, to] = [int32s(inputs), int32s(outputs)];
    return table(
      [
        [0, () => b.addFieldInt32(0, codes.indexOf(code), -1)],
        offsetField(1, from),
        offsetField(2, to),
        ...(settings === undefined ? [] : [offsetField(4, settings)]),
      ],
      5,
    );
  });
  const subgraph = table(
    [
      offsetField(0, offsets(tensors)),
      offsetField(1, int32s(graph.inputs)),
      offsetField(2, int32s(graph.outputs)),
      offsetField(3, offsets(operators)),
    ].map((field) => field),
    4,
  );
  const operatorCodes = offsets(codes.map((code) => table([[3, () => b.addFieldInt32(3, code, -1)]], 4)));
  const subgraphs = offsets([subgraph]);
  const buffersAt = offsets(buffers);
  b.finish(
    table([offsetField(1, operatorCodes), offsetField(2, subgraphs), offsetField(4, buffersAt)], 5),
    'TFL3',
  );
  return new Uint8Array([...b.asUint8Array(), ...appended]);
}

function quantizationOf(
  b: Builder,
  table: (fields: readonly (readonly [number, () => void])[], count: number) => number,
  tensor: TensorInput,
): number {
  const scale = tensor.scale ?? [];
  b.startVector(4, scale.length, 4);
  for (const value of scale.toReversed()) b.addFloat32(value);
  const scales = b.endVector();
  const zeros = tensor.zeroPoint ?? scale.map(() => 0);
  b.startVector(8, zeros.length, 8);
  for (const value of zeros.toReversed()) b.addInt64(BigInt(value));
  const zeroPoints = b.endVector();
  return table(
    [
      [2, () => b.addFieldOffset(2, scales, 0)],
      [3, () => b.addFieldOffset(3, zeroPoints, 0)],
      [6, () => b.addFieldInt32(6, tensor.axis ?? 0, -1)],
    ],
    7,
  );
}
