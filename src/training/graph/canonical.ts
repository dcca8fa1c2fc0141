import { floatOf, intOf, intsOf, stringOf } from '../../models/onnx/attributes.ts';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../models/onnx/types.ts';
import { ELEMENT } from '../../models/onnx/types.ts';
import { floatTensor, integerValues, intTensor } from '../../models/onnx/values.ts';

/** Nodes in one form, whatever opset they were written in. */
export interface CanonicalGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
}

/** Operators that only look at the same values in another shape. */
const VIEWS = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);
const NOTHING = new Set(['Identity', 'Dropout']);
const REDUCTIONS = new Set(['ReduceSum', 'ReduceMean', 'ReduceMax']);
const WINDOWED = new Set(['Conv', 'MaxPool', 'AveragePool']);

/**
 * Writes nodes as opset 18 has them, so that one gradient rule fits every age of model: axes and bounds are inputs,
 * padding is explicit, sums have two operands, and what only renames or reshapes is gone or a Reshape.
 *
 * What it does not know stays as it is, and is refused by name where a gradient is wanted.
 *
 * @param shapes lengths of every tensor
 */
export function canonical(
  nodes: readonly OnnxNode[],
  constants: ReadonlyMap<string, OnnxTensor>,
  shapes: ReadonlyMap<string, readonly number[]>,
  opset: number,
): CanonicalGraph {
  const all = new Map(constants);
  const result: OnnxNode[] = [];
  const aliases = new Map<string, string>();
  let made = 0;
  const ints = (values: readonly number[]) => {
    const name = `canonical_${made++}`;
    all.set(name, intTensor(name, values));
    return name;
  };
  const scalar = (value: number) => {
    const name = `canonical_${made++}`;
    all.set(name, floatTensor(name, [], Float32Array.of(value)));
    return name;
  };
  const shape = (name = '') => shapes.get(name) ?? [];
  const without = (node: OnnxNode, ...names: string[]): readonly OnnxAttribute[] =>
    node.attributes.filter(({ name }) => !names.includes(name));

  for (const original of nodes) {
    const node = { ...original, inputs: original.inputs.map((name) => aliases.get(name) ?? name) };
    const [x = ''] = node.inputs;
    const output = node.outputs[0] ?? '';
    const standard = node.domain === '' || node.domain === 'ai.onnx';
    const put = (change: Partial<OnnxNode>) => result.push({ ...node, ...change });
    if (!standard) put({});
    else if (NOTHING.has(node.opType)) aliases.set(output, x);
    else if (node.opType === 'Cast' && intOf(node, 'to', 0) === ELEMENT.float32) aliases.set(output, x);
    else if (VIEWS.has(node.opType)) {
      put({ opType: 'Reshape', inputs: [x, ints(shape(output))], attributes: [] });
    } else if (node.opType === 'Sum' && node.inputs.length > 1) {
      const last = node.inputs.length - 1;
      node.inputs.slice(1).reduce((sum, name, i) => {
        const to = i === last - 1 ? output : `${output}_part${i}`;
        put({ opType: 'Add', inputs: [sum, name], outputs: [to], attributes: [] });
        return to;
      }, x);
    } else if (node.opType === 'Sum') aliases.set(output, x);
    else if (node.opType === 'Clip' && opset < 11) {
      const bounds = ['min', 'max'].map((name) =>
        node.attributes.some((attribute) => attribute.name === name) ? scalar(floatOf(node, name, 0)) : '',
      );
      put({ inputs: [x, ...bounds], attributes: [] });
    } else if ((node.opType === 'Max' || node.opType === 'Min') && node.inputs.length === 2) {
      const bound = node.inputs.find((name) => all.has(name) && shape(name).every((length) => length === 1));
      const value = node.inputs.find((name) => name !== bound);
      if (bound === undefined || value === undefined) put({});
      else {
        const flat = all.get(bound);
        const name = `canonical_${made++}`;
        if (flat) all.set(name, { ...flat, name, dims: [] });
        put({ opType: 'Clip', inputs: node.opType === 'Max' ? [value, name] : [value, '', name] });
      }
    } else if (REDUCTIONS.has(node.opType) && node.inputs.length < 2) {
      const axes = intsOf(node, 'axes');
      put({ inputs: axes ? [x, ints(axes)] : [x], attributes: without(node, 'axes') });
    } else if (node.opType === 'Pad' && opset < 11) {
      put({
        inputs: [x, ints(intsOf(node, 'pads') ?? []), scalar(floatOf(node, 'value', 0))],
        attributes: without(node, 'pads', 'value'),
      });
    } else if (node.opType === 'Slice' && opset < 10) {
      const starts = intsOf(node, 'starts') ?? [];
      const axes = intsOf(node, 'axes') ?? starts.map((_, i) => i);
      put({ inputs: [x, ints(starts), ints(intsOf(node, 'ends') ?? []), ints(axes)], attributes: [] });
    } else if (node.opType === 'Split') {
      const axis = intOf(node, 'axis', 0);
      const lengths = node.outputs.map((name) => shape(name).at(axis) ?? 0);
      put({ inputs: [x, ints(lengths)], attributes: without(node, 'split', 'num_outputs') });
    } else if ((node.opType === 'Softmax' || node.opType === 'LogSoftmax') && opset < 13) {
      // Before opset 13 everything from the axis on was one axis.
      const axis = intOf(node, 'axis', 1);
      const rank = shape(x).length;
      if ((axis < 0 ? axis + rank : axis) === rank - 1) put({ attributes: axisOf(rank - 1) });
      else put({ opType: `${node.opType} over several axes` });
    } else if (WINDOWED.has(node.opType) && stringOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET') {
      const pads = explicitPads(node, shape(x), shape(output), shape(node.inputs[1]));
      put({
        attributes: [...without(node, 'auto_pad', 'pads'), { name: 'pads', type: 'ints', value: pads }],
      });
    } else put({});
  }
  return { nodes: result.map((node) => resolved(node, all)), constants: all };
}

function axisOf(axis: number): readonly OnnxAttribute[] {
  return [{ name: 'axis', type: 'int', value: axis }];
}

/** Padding of SAME_UPPER, SAME_LOWER and VALID. */
function explicitPads(
  node: OnnxNode,
  input: readonly number[],
  output: readonly number[],
  weights: readonly number[],
): readonly number[] {
  const mode = stringOf(node, 'auto_pad', 'NOTSET');
  const rank = input.length - 2;
  if (mode === 'VALID') return Array.from({ length: 2 * rank }, () => 0);
  const kernel = intsOf(node, 'kernel_shape') ?? weights.slice(2);
  const total = Array.from({ length: rank }, (_, axis) => {
    const stride = intsOf(node, 'strides')?.[axis] ?? 1;
    const reach = ((kernel[axis] ?? 1) - 1) * (intsOf(node, 'dilations')?.[axis] ?? 1) + 1;
    return Math.max(0, ((output[axis + 2] ?? 1) - 1) * stride + reach - (input[axis + 2] ?? 1));
  });
  const less = total.map((length) => Math.floor(length / 2));
  const more = total.map((length, axis) => length - (less[axis] ?? 0));
  return mode === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less];
}

/** Negative axes of integer constants are left to the rules; constants of int32 become int64, as operators want them. */
function resolved(node: OnnxNode, constants: Map<string, OnnxTensor>): OnnxNode {
  for (const name of node.inputs.slice(1)) {
    const constant = constants.get(name);
    if (constant?.dataType !== ELEMENT.int32) continue;
    constants.set(name, { ...intTensor(name, integerValues(constant)), dims: constant.dims });
  }
  return node;
}
