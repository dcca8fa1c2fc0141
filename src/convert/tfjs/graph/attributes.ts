import { damaged } from '../damaged.ts';
import { isRecord } from '../is-record.ts';

/** `DataType` numbers of TensorFlow, for files that have numbers instead of names. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'DT_FLOAT',
  3: 'DT_INT32',
  4: 'DT_UINT8',
  9: 'DT_INT64',
  10: 'DT_BOOL',
};

const MAX_LIST = 4096;

/** Attributes of a node, as the JSON form of TensorFlow's NodeDef has them: every kind may come in several spellings. */
export class Attributes {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #node: string;

  constructor(values: Readonly<Record<string, unknown>>, node: string) {
    this.#values = values;
    this.#node = node;
  }

  flag(name: string): boolean {
    return this.#field(name, 'b') === true;
  }

  number(name: string, fallback: number): number {
    const value = this.#field(name, 'i') ?? this.#field(name, 'f');
    return value === undefined || value === null ? fallback : this.#toNumber(name, value);
  }

  /** A text; the JSON form has it in base64. */
  text(name: string): string | undefined {
    const value = this.#field(name, 's');
    return value === undefined ? undefined : this.#toText(name, value);
  }

  numbers(name: string): number[] {
    const values = this.#list(name, 'i');
    return (values.length > 0 ? values : this.#list(name, 'f')).map((value) => this.#toNumber(name, value));
  }

  texts(name: string): string[] {
    return this.#list(name, 's').map((value) => this.#toText(name, value));
  }

  /** Name of an element type, e.g. `DT_FLOAT`. */
  type(name: string): string | undefined {
    const value = this.#field(name, 'type');
    return typeof value === 'number' ? TYPE_NAMES[value] : typeof value === 'string' ? value : undefined;
  }

  /** Lengths; −1 is an open one. `undefined` when the rank is open. */
  shape(name: string): number[] | undefined {
    return shapeOf(this.#field(name, 'shape'));
  }

  #field(name: string, kind: string): unknown {
    const attribute = this.#values[name];
    return isRecord(attribute) ? attribute[kind] : undefined;
  }

  #list(name: string, kind: string): readonly unknown[] {
    const list = this.#field(name, 'list');
    const values = isRecord(list) ? list[kind] : undefined;
    if (!Array.isArray(values)) return [];
    if (values.length > MAX_LIST) throw damaged(`${this.#node} with ${values.length} items in ${name}`);
    return values;
  }

  #toNumber(name: string, value: unknown): number {
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw damaged(`${this.#node} with ${name} that is not a number`);
    }
    return number;
  }

  #toText(name: string, value: unknown): string {
    if (typeof value === 'string') return Buffer.from(value, 'base64').toString('latin1');
    if (Array.isArray(value) && value.length <= MAX_LIST) return String.fromCharCode(...value.map(Number));
    throw damaged(`${this.#node} with ${name} that is not a text`);
  }
}

/** A TensorShapeProto as JSON. */
export function shapeOf(value: unknown): number[] | undefined {
  if (!isRecord(value) || value['unknownRank'] === true) return undefined;
  const dims = value['dim'] ?? [];
  if (!Array.isArray(dims) || dims.length > 8) return undefined;
  return dims.map((dim: unknown) => {
    const size = isRecord(dim) ? Number(dim['size'] ?? -1) : -1;
    if (!Number.isInteger(size) || size < -1 || size > 2 ** 31) throw damaged(`a length of ${size}`);
    return size;
  });
}
