/**
 * Reads pickles without running them. What a pickle would import or call becomes an inert description: there is no way to
 * call anything from here.
 *
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 * @module
 */
import type { ByteSource } from '../source/byte-source.ts';
import { damagedTorch } from './problem.ts';

/** A name that Python would import. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
}

/** What Python would make by a call. */
export interface PickleObject {
  readonly kind: 'object';
  readonly callable: PickleValue;
  readonly args: readonly PickleValue[];
  state: PickleValue;
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

/** A reference to something outside of the pickle. */
export interface PicklePersistent {
  readonly kind: 'persistent';
  readonly id: PickleValue;
}

export type PickleDict = Map<PickleValue, PickleValue>;

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | PickleTuple
  | PickleGlobal
  | PickleObject
  | PicklePersistent;

/** A value, where its pickle ends, and the names that Python would import. */
export interface Unpickled {
  readonly value: PickleValue;
  readonly end: number;
  readonly globals: ReadonlySet<string>;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_STEPS = 20_000_000;
const MAX_VALUES = 2_000_000;
/** A dictionary takes far more memory than the byte of a pickle that makes it. */
const MAX_DICTS = 250_000;
const MAX_DEPTH = 1_000_000;
const PAGE = 64 * 1024;
const MARK = Symbol('mark');
const utf8 = new TextDecoder();

type Slot = PickleValue | typeof MARK;

/** Reads the pickle that begins at `at`. */
export function unpickle(source: ByteSource, at = 0): Unpickled {
  return new Machine(source, at).run();
}

class Machine {
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #globals = new Set<string>();
  #at: number;
  #page: { at: number; bytes: Uint8Array } = { at: 0, bytes: new Uint8Array() };
  #values = 0;
  #dicts = 0;

  constructor(source: ByteSource, at: number) {
    this.#source = source;
    this.#start = at;
    this.#at = at;
  }

  run(): Unpickled {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const opcode = this.#byte();
      if (opcode === 0x2e) return { value: this.#pop(), end: this.#at, globals: this.#globals };
      this.#step(opcode);
    }
    throw damagedTorch(`a pickle of more than ${MAX_STEPS} steps`);
  }

  #bytes(length: number): Uint8Array {
    const from = this.#at;
    if (!(length >= 0) || from + length - this.#start > MAX_BYTES)
      throw damagedTorch(`a pickle of more than ${MAX_BYTES} bytes`);
    const offset = from - this.#page.at;
    if (offset < 0 || offset + length > this.#page.bytes.byteLength) {
      const most = Math.max(length, Math.min(PAGE, this.#source.size - from));
      this.#page = { at: from, bytes: this.#source.read(from, most) };
    }
    this.#at += length;
    const start = from - this.#page.at;
    return this.#page.bytes.subarray(start, start + length);
  }

  #byte(): number {
    return this.#bytes(1)[0] ?? 0;
  }

  #view(length: number): DataView {
    const bytes = this.#bytes(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  #long(length: number): number {
    const value = this.#view(8).getBigUint64(0, true);
    if (length !== 8 || value > BigInt(MAX_BYTES)) throw damagedTorch('a value without end in a pickle');
    return Number(value);
  }

  #line(): string {
    const letters: number[] = [];
    for (let byte = this.#byte(); byte !== 0x0a; byte = this.#byte()) {
      letters.push(byte);
      if (letters.length > 100_000) throw damagedTorch('a line without end in a pickle');
    }
    return utf8.decode(Uint8Array.from(letters));
  }

  #push(value: PickleValue): void {
    this.#values++;
    if (this.#values > MAX_VALUES || this.#stack.length > MAX_DEPTH)
      throw damagedTorch('a pickle of more values than any model has');
    this.#stack.push(value);
  }

  #pushDict(made: PickleDict = new Map()): void {
    this.#dicts++;
    if (this.#dicts > MAX_DICTS) throw damagedTorch('a pickle of more dictionaries than any model has');
    this.#push(made);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw damagedTorch('a pickle that takes what is not there');
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw damagedTorch('a pickle that takes what is not there');
    return value;
  }

  #popMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw damagedTorch('a pickle without a mark');
    const values = this.#stack.splice(at).slice(1);
    return values.map((value) => {
      if (value === MARK) throw damagedTorch('a pickle with a mark too many');
      return value;
    });
  }

  #tuple(count: number): void {
    const items = Array.from({ length: count }, () => this.#pop()).reverse();
    this.#push({ kind: 'tuple', items });
  }

  #global(module: string, name: string): void {
    const full = `${module}.${name}`;
    this.#globals.add(full);
    if (this.#globals.size > 10_000) throw damagedTorch('a pickle of more names than any model has');
    this.#push({ kind: 'global', name: full });
  }

  #memoize(index: number): void {
    if (this.#memo.size > MAX_VALUES) throw damagedTorch('a pickle of more values than any model has');
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw damagedTorch(`a pickle that recalls ${index}, which is not there`);
    this.#push(value);
  }

  /** Calls become descriptions; an ordered dictionary is a dictionary. */
  #call(callable: PickleValue, args: PickleValue): void {
    const items = isTuple(args) ? args.items : [args];
    const name = isGlobal(callable) ? callable.name : '';
    if (name === 'collections.OrderedDict' || name === 'collections.defaultdict') {
      const made: PickleDict = new Map();
      const [pairs] = items;
      for (const pair of Array.isArray(pairs) ? pairs : []) {
        const two = isTuple(pair) ? pair.items : Array.isArray(pair) ? pair : [];
        if (two[0] !== undefined && two[1] !== undefined) made.set(two[0], two[1]);
      }
      this.#pushDict(made);
      return;
    }
    this.#push({ kind: 'object', callable, args: items, state: null });
  }

  #setItems(target: PickleValue, values: readonly PickleValue[]): void {
    if (!(target instanceof Map)) return;
    for (let i = 0; i + 1 < values.length; i += 2) {
      const [key, value] = [values[i], values[i + 1]];
      if (key !== undefined && value !== undefined) target.set(key, value);
    }
  }

  #append(target: PickleValue, values: readonly PickleValue[]): void {
    if (Array.isArray(target)) for (const value of values) target.push(value);
  }

  #step(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        this.#bytes(1);
        return;
      case 0x95: // FRAME
        this.#bytes(8);
        return;
      case 0x28: // MARK
        if (this.#stack.length > MAX_DEPTH) throw damagedTorch('a pickle without end');
        this.#stack.push(MARK);
        return;
      case 0x30: // POP
        this.#stack.pop();
        return;
      case 0x31: // POP_MARK
        this.#popMark();
        return;
      case 0x32: // DUP
        this.#push(this.#top());
        return;
      case 0x4e:
        this.#push(null);
        return;
      case 0x88:
        this.#push(true);
        return;
      case 0x89:
        this.#push(false);
        return;
      default:
        if (
          !this.#number(opcode) &&
          !this.#text(opcode) &&
          !this.#container(opcode) &&
          !this.#object(opcode)
        ) {
          throw damagedTorch(`the pickle opcode 0x${opcode.toString(16)} at ${this.#at - 1}`);
        }
    }
  }

  #number(opcode: number): boolean {
    switch (opcode) {
      case 0x4a: // BININT
        this.#push(this.#view(4).getInt32(0, true));
        return true;
      case 0x4b: // BININT1
        this.#push(this.#byte());
        return true;
      case 0x4d: // BININT2
        this.#push(this.#view(2).getUint16(0, true));
        return true;
      case 0x47: // BINFLOAT
        this.#push(this.#view(8).getFloat64(0, false));
        return true;
      case 0x8a: // LONG1
        this.#push(integerOf(this.#bytes(this.#byte())));
        return true;
      case 0x8b: // LONG4
        this.#push(integerOf(this.#bytes(Math.min(this.#view(4).getUint32(0, true), 1025))));
        return true;
      case 0x49: // INT
      case 0x4c: {
        // LONG
        const text = this.#line().replace(/L$/, '');
        this.#push(text === '01' ? true : text === '00' ? false : Number(text));
        return true;
      }
      case 0x46: // FLOAT
        this.#push(Number(this.#line()));
        return true;
      default:
        return false;
    }
  }

  #text(opcode: number): boolean {
    const text = (length: number) => this.#push(utf8.decode(this.#bytes(length)));
    const bytes = (length: number) => this.#push(Uint8Array.from(this.#bytes(length)));
    switch (opcode) {
      case 0x58: // BINUNICODE
        text(this.#view(4).getUint32(0, true));
        return true;
      case 0x8c: // SHORT_BINUNICODE
        text(this.#byte());
        return true;
      case 0x8d: // BINUNICODE8
        text(this.#long(8));
        return true;
      case 0x54: // BINSTRING
        text(this.#view(4).getUint32(0, true));
        return true;
      case 0x55: // SHORT_BINSTRING
        text(this.#byte());
        return true;
      case 0x42: // BINBYTES
        bytes(this.#view(4).getUint32(0, true));
        return true;
      case 0x43: // SHORT_BINBYTES
        bytes(this.#byte());
        return true;
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        bytes(this.#long(8));
        return true;
      case 0x56: // UNICODE
        this.#push(this.#line());
        return true;
      case 0x53: // STRING
        this.#push(this.#line().replace(/^(['"])(.*)\1$/, '$2'));
        return true;
      default:
        return false;
    }
  }

  #container(opcode: number): boolean {
    switch (opcode) {
      case 0x29: // EMPTY_TUPLE
        this.#tuple(0);
        return true;
      case 0x85:
      case 0x86:
      case 0x87: // TUPLE1, TUPLE2, TUPLE3
        this.#tuple(opcode - 0x84);
        return true;
      case 0x74: // TUPLE
        this.#push({ kind: 'tuple', items: this.#popMark() });
        return true;
      case 0x5d: // EMPTY_LIST
      case 0x8f: // EMPTY_SET
        this.#push([]);
        return true;
      case 0x6c: // LIST
      case 0x91: // FROZENSET
        this.#push(this.#popMark());
        return true;
      case 0x61: {
        // APPEND
        const value = this.#pop();
        this.#append(this.#top(), [value]);
        return true;
      }
      case 0x65:
      case 0x90: {
        // APPENDS, ADDITEMS
        const values = this.#popMark();
        this.#append(this.#top(), values);
        return true;
      }
      case 0x7d: // EMPTY_DICT
        this.#pushDict();
        return true;
      case 0x64: {
        // DICT
        const made: PickleDict = new Map();
        this.#setItems(made, this.#popMark());
        this.#pushDict(made);
        return true;
      }
      case 0x73: {
        // SETITEM
        const [value, key] = [this.#pop(), this.#pop()];
        this.#setItems(this.#top(), [key, value]);
        return true;
      }
      case 0x75: {
        // SETITEMS
        const values = this.#popMark();
        this.#setItems(this.#top(), values);
        return true;
      }
      default:
        return false;
    }
  }

  #object(opcode: number): boolean {
    switch (opcode) {
      case 0x63: {
        // GLOBAL
        const module = this.#line();
        this.#global(module, this.#line());
        return true;
      }
      case 0x93: {
        // STACK_GLOBAL
        const [name, module] = [this.#pop(), this.#pop()];
        this.#global(String(module).slice(0, 1000), String(name).slice(0, 1000));
        return true;
      }
      case 0x52: {
        // REDUCE
        const args = this.#pop();
        this.#call(this.#pop(), args);
        return true;
      }
      case 0x81: {
        // NEWOBJ
        const args = this.#pop();
        this.#call(this.#pop(), args);
        return true;
      }
      case 0x92: {
        // NEWOBJ_EX
        this.#pop();
        const args = this.#pop();
        this.#call(this.#pop(), args);
        return true;
      }
      case 0x69: {
        // INST
        const module = this.#line();
        this.#global(module, this.#line());
        const callable = this.#pop();
        this.#call(callable, { kind: 'tuple', items: this.#popMark() });
        return true;
      }
      case 0x6f: {
        // OBJ
        const [callable = null, ...items] = this.#popMark();
        this.#call(callable, { kind: 'tuple', items });
        return true;
      }
      case 0x62: {
        // BUILD
        const state = this.#pop();
        const target = this.#top();
        if (isObject(target)) target.state = state;
        return true;
      }
      case 0x51: // BINPERSID
        this.#push({ kind: 'persistent', id: this.#pop() });
        return true;
      case 0x50: // PERSID
        this.#push({ kind: 'persistent', id: this.#line() });
        return true;
      default:
        return this.#remember(opcode);
    }
  }

  #remember(opcode: number): boolean {
    switch (opcode) {
      case 0x71: // BINPUT
        this.#memoize(this.#byte());
        return true;
      case 0x72: // LONG_BINPUT
        this.#memoize(this.#view(4).getUint32(0, true));
        return true;
      case 0x70: // PUT
        this.#memoize(Number(this.#line()));
        return true;
      case 0x94: // MEMOIZE
        this.#memoize(this.#memo.size);
        return true;
      case 0x68: // BINGET
        this.#recall(this.#byte());
        return true;
      case 0x6a: // LONG_BINGET
        this.#recall(this.#view(4).getUint32(0, true));
        return true;
      case 0x67: // GET
        this.#recall(Number(this.#line()));
        return true;
      default:
        return false;
    }
  }
}

/** A little-endian integer in two's complement; a number where it is exact. */
function integerOf(bytes: Uint8Array): number | bigint {
  if (bytes.byteLength > 1024) throw damagedTorch('a number without end in a pickle');
  let value = 0n;
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
  if ((bytes.at(-1) ?? 0) & 0x80) value -= 1n << BigInt(8 * bytes.byteLength);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function hasKind(value: PickleValue): value is PickleTuple | PickleGlobal | PickleObject | PicklePersistent {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

export function isTuple(value: PickleValue | undefined): value is PickleTuple {
  return value !== undefined && hasKind(value) && value.kind === 'tuple';
}

export function isGlobal(value: PickleValue | undefined): value is PickleGlobal {
  return value !== undefined && hasKind(value) && value.kind === 'global';
}

export function isObject(value: PickleValue | undefined): value is PickleObject {
  return value !== undefined && hasKind(value) && value.kind === 'object';
}

export function isPersistent(value: PickleValue | undefined): value is PicklePersistent {
  return value !== undefined && hasKind(value) && value.kind === 'persistent';
}
