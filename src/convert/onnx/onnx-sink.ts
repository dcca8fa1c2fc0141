import {
  ELEMENT,
  type ElementName,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
} from '../../models/onnx/types.ts';

/** Attribute values as handlers write them; `float` marks a whole number that is meant as a float. */
export type AttributeInput = number | string | readonly number[] | { readonly float: number };

/** Nodes and constants of the graph in the making, with unique names. */
export class OnnxSink {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly #taken = new Set<string>();
  /** Number to try next behind a name that is taken. */
  readonly #next = new Map<string, number>();
  readonly #shared = new Map<string, string>();

  /** `wanted`, or `wanted` with a number when that is taken. */
  unique(wanted: string): string {
    const base = wanted || 'value';
    let name = base;
    let next = this.#next.get(base) ?? 1;
    while (this.#taken.has(name)) name = `${base}_${next++}`;
    this.#next.set(base, next);
    this.#taken.add(name);
    return name;
  }

  /** Appends a node with one output and returns the output's name. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
    output = opType.toLowerCase(),
  ): string {
    const [name] = this.nodeOf(opType, inputs, attributes, [output]);
    return name ?? output;
  }

  /** Appends a node with several outputs. */
  nodeOf(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>>,
    outputs: readonly string[],
  ): string[] {
    const names = outputs.map((output) => this.unique(output));
    this.nodes.push({
      name: `${opType}_${this.nodes.length}`,
      opType,
      domain: '',
      inputs,
      outputs: names,
      attributes: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return names;
  }

  /** Adds a constant of little-endian bytes. */
  constant(name: string, type: ElementName, dims: readonly number[], rawData: Uint8Array): string {
    const unique = this.unique(name);
    this.initializers.push({ name: unique, dims, dataType: ELEMENT[type], rawData });
    return unique;
  }

  /** A list of int64; equal lists are one constant. */
  ints(values: readonly number[]): string {
    const data = BigInt64Array.from(values, (value) => BigInt(Math.trunc(value)));
    return this.#share(`ints_${values.join('_') || 'none'}`, 'int64', [values.length], data);
  }

  /** A float32 scalar, or a list when an array is given. */
  floats(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const dims = typeof values === 'number' ? [] : [list.length];
    return this.#share(`floats_${dims.length}_${list.join('_')}`, 'float32', dims, Float32Array.from(list));
  }

  /** Zero points: a scalar, or a list when an array is given. */
  zeroPoint(type: 'uint8' | 'int8' | 'int32', values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const dims = typeof values === 'number' ? [] : [list.length];
    const data =
      type === 'uint8'
        ? Uint8Array.from(list)
        : type === 'int8'
          ? Int8Array.from(list)
          : Int32Array.from(list);
    return this.#share(`${type}_${dims.length}_${list.join('_')}`, type, dims, data);
  }

  #share(key: string, type: ElementName, dims: readonly number[], data: ArrayBufferView): string {
    const known = this.#shared.get(key);
    if (known) return known;
    const name = this.constant(
      key.length > 40 ? `${type}_constant` : key,
      type,
      dims,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
    this.#shared.set(key, name);
    return name;
  }
}

function attribute(name: string, value: AttributeInput): OnnxAttribute {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { name, type: 'int', value } : { name, type: 'float', value };
  }
  if (typeof value === 'string') return { name, type: 'string', value };
  if ('float' in value) return { name, type: 'float', value: value.float };
  return { name, type: 'ints', value };
}
