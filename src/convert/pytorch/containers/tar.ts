import { type ByteSource, partOf } from '../../source/byte-source.ts';
import { isGlobal, isPersistent, isTuple, type PickleValue, unpickle } from '../pickle.ts';
import { damagedTorch } from '../problem.ts';
import { checkedTensor, elementTypeOf, type Storage, type TorchTensor, WIDTH } from '../tensor.ts';
import type { TorchFile } from './types.ts';

const BLOCK = 512;
const MAX_MEMBERS = 1000;
const MAX_ITEMS = 100_000;
const MAX_RANK = 16;

/** Files of PyTorch before 0.1.10: a tar archive of `sys_info`, `pickle`, `tensors` and `storages`. */
export function readTorchTar(source: ByteSource): TorchFile {
  const members = membersOf(source);
  const member = (name: string) => {
    const found = members.get(name);
    if (!found) throw damagedTorch(`a tar archive without ${name}`);
    return found;
  };
  const storages = readStorages(member('storages'));
  const tensors = readTensors(member('tensors'), storages);
  const { value, globals } = unpickle(member('pickle'));
  return {
    format: 'PyTorch tar (before 0.1.10)',
    value,
    globals,
    tensorOf: (each) => (isPersistent(each) ? tensors.get(keyOf(each.id)) : undefined),
  };
}

function membersOf(source: ByteSource): ReadonlyMap<string, ByteSource> {
  const members = new Map<string, ByteSource>();
  for (let at = 0; at + BLOCK <= source.size && members.size < MAX_MEMBERS; ) {
    const head = source.read(at, BLOCK);
    if (head[0] === 0) break;
    const text = (from: number, length: number) =>
      (
        Buffer.from(head.subarray(from, from + length))
          .toString('latin1')
          .split('\0')[0] ?? ''
      ).trim();
    const size = Number.parseInt(text(124, 12) || '0', 8);
    if (!(size >= 0)) throw damagedTorch('a tar archive with a broken header');
    members.set(text(0, 100).replace(/^\.\//, ''), partOf(source, at + BLOCK, size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return members;
}

function keyOf(value: PickleValue): string {
  const [first] = isTuple(value) ? value.items : [value];
  return String(first);
}

function readStorages(source: ByteSource): Map<string, Storage> {
  const storages = new Map<string, Storage>();
  const count = unpickle(source);
  let at = count.end;
  for (let i = 0; i < countOf(count.value); i++) {
    const { value, end } = unpickle(source, at);
    const [key, , kind] = isTuple(value) ? value.items : [];
    const type = isGlobal(kind) ? elementTypeOf(kind.name) : undefined;
    if (key === undefined || type === undefined) throw damagedTorch('a storage without a type');
    const elements = int64(source, end);
    const bytes = elements * WIDTH[type];
    if (elements < 0 || end + 8 + bytes > source.size)
      throw damagedTorch(`a storage of ${elements} elements`);
    storages.set(String(key), { type, count: elements, source, at: end + 8 });
    at = end + 8 + bytes;
  }
  if (at >= source.size) return storages;
  const views = unpickle(source, at).value;
  for (const view of Array.isArray(views) ? views.slice(0, MAX_ITEMS) : []) {
    const [target, root, offset, elements] = isTuple(view) ? view.items : [];
    const whole = storages.get(String(root));
    const fits =
      whole !== undefined &&
      target !== undefined &&
      typeof offset === 'number' &&
      typeof elements === 'number' &&
      offset >= 0 &&
      elements >= 0 &&
      offset + elements <= whole.count;
    if (!fits) throw damagedTorch('a part of a storage that is not in it');
    storages.set(String(target), { ...whole, at: whole.at + offset * WIDTH[whole.type], count: elements });
  }
  return storages;
}

function readTensors(
  source: ByteSource,
  storages: ReadonlyMap<string, Storage>,
): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  const count = unpickle(source);
  let at = count.end;
  for (let i = 0; i < countOf(count.value); i++) {
    const { value, end } = unpickle(source, at);
    const [key, storageKey] = isTuple(value) ? value.items : [];
    const storage = storages.get(String(storageKey));
    if (key === undefined || !storage) throw damagedTorch('a tensor without a storage');
    const head = source.read(end, 4);
    const rank = new DataView(head.buffer, head.byteOffset, 4).getInt32(0, true);
    if (!(rank >= 0 && rank <= MAX_RANK)) throw damagedTorch(`a tensor of rank ${rank}`);
    at = end + 8;
    const next = () => {
      const number = int64(source, at);
      at += 8;
      return number;
    };
    const shape = Array.from({ length: rank }, next);
    const strides = Array.from({ length: rank }, next);
    tensors.set(String(key), checkedTensor({ storage, shape, strides, offset: next() }, String(key)));
  }
  return tensors;
}

function countOf(value: PickleValue): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_ITEMS))
    throw damagedTorch('a list without a length');
  return value;
}

function int64(source: ByteSource, at: number): number {
  const bytes = source.read(at, 8);
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
}
