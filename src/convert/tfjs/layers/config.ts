import { invalid, unsupported } from '../../onnx/problem.ts';
import type { Padding, Pair, Steps } from '../../operators/window.ts';
import { damaged } from '../damaged.ts';
import { isRecord } from '../is-record.ts';

const MAX_LIST = 64;

/** The configuration of a layer. Values may come as one number, as a list, or be left to the default. */
export class Config {
  readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }

  number(name: string, fallback: number): number {
    return this.optional(name) ?? fallback;
  }

  /** `undefined` when absent or null. */
  optional(name: string): number | undefined {
    const [value, ...more] = this.numbers(name);
    if (more.length > 0) throw unsupported(`${name} with more than one value`);
    return value;
  }

  /** A list; one number is a list of one. Arrays of numpy are unpacked. */
  numbers(name: string): number[] {
    return flat(this.values[name], name);
  }

  /** Lengths of a shape; TensorFlow.js writes null for the one that is open, Keras −1. */
  lengths(name: string): number[] {
    const value = this.values[name];
    return Array.isArray(value) && value.length <= MAX_LIST
      ? value.map((each: unknown) => flat(each, name)[0] ?? -1)
      : this.numbers(name);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.values[name];
    return typeof value === 'boolean' ? value : fallback;
  }

  text(name: string, fallback: string): string {
    const value = this.values[name];
    return typeof value === 'string' ? value : fallback;
  }

  /** Height and width; one number stands for both. */
  pair(name: string, fallback: Pair): Pair {
    const [height = fallback[0], width = height === fallback[0] ? fallback[1] : height, ...more] =
      this.numbers(name);
    if (more.length > 0) throw invalid(`${name} of more than two numbers`);
    return [height, width];
  }

  /** Strides, dilations and padding of a layer with a window. */
  steps(defaultStrides: Pair = [1, 1]): Steps {
    this.requireChannelsLast();
    return {
      strides: this.pair('strides', defaultStrides),
      dilations: this.pair('dilation_rate', [1, 1]),
      padding: this.padding(),
    };
  }

  padding(): Exclude<Padding, object> {
    const padding = this.text('padding', 'valid').toLowerCase();
    if (padding !== 'same' && padding !== 'valid') throw unsupported(`the padding ${padding}`);
    return padding;
  }

  requireChannelsLast(): void {
    const format = this.text('data_format', 'channels_last');
    if (format !== 'channels_last') throw unsupported(`the data format ${format}`);
  }

  /** Name of an activation: a text, or a serialised object that has one. */
  activation(): string {
    const value = this.values['activation'];
    if (value === undefined || value === null) return 'linear';
    if (typeof value === 'string') return value;
    if (isRecord(value)) {
      const { class_name: kind, config } = value;
      if (kind === 'function' && typeof config === 'string') return config;
      if (typeof kind === 'string') return kind;
    }
    throw damaged('an activation without a name');
  }
}

function flat(value: unknown, name: string, depth = 0): number[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'number' && Number.isFinite(value)) return [value];
  if (Array.isArray(value) && value.length <= MAX_LIST && depth < 4) {
    return value.flatMap((each) => flat(each, name, depth + 1));
  }
  if (isRecord(value) && depth < 4) {
    const inner = isRecord(value['config']) ? value['config']['value'] : value['value'];
    return flat(inner, name, depth + 1);
  }
  throw invalid(`${name} that is not a number`);
}
