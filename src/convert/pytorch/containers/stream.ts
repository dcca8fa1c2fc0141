import type { ByteSource } from '../../source/byte-source.ts';
import { isTuple, type PickleValue, unpickle } from '../pickle.ts';
import { damagedTorch } from '../problem.ts';
import { type ElementType, type Storage, WIDTH } from '../tensor.ts';
import { rebuiltTensor, storageReference } from './rebuild.ts';
import type { TorchFile } from './types.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const MAX_STORAGES = 100_000;

/** Files of PyTorch 0.1.10 to 1.5: five pickles, then the storages; and pickles without any storage. */
export function readTorchStream(source: ByteSource): TorchFile {
  const first = unpickle(source);
  if (first.value !== MAGIC) {
    return { format: 'pickle', value: first.value, globals: first.globals, tensorOf: () => undefined };
  }
  const protocol = unpickle(source, first.end);
  const system = unpickle(source, protocol.end);
  if (system.value instanceof Map && system.value.get('little_endian') === false) {
    throw damagedTorch('values in big-endian order');
  }
  const object = unpickle(source, system.end);
  const keys = unpickle(source, object.end);
  const types = storageTypes(object.value);
  const storages = readStorages(source, keys.value, keys.end, types);
  return {
    format: 'PyTorch stream (before 1.6)',
    value: object.value,
    globals: object.globals,
    tensorOf: (value, name) =>
      rebuiltTensor(value, name, (reference) => {
        const wanted = storageReference(reference);
        const whole = wanted && storages.get(wanted.key);
        if (!wanted || !whole) return undefined;
        const { view } = wanted;
        if (!view) return whole;
        if (!(view.offset >= 0 && view.count >= 0 && view.offset + view.count <= whole.count)) {
          throw damagedTorch(`a part of a storage that is not in it, for ${name}`);
        }
        return { ...whole, at: whole.at + view.offset * WIDTH[whole.type], count: view.count };
      }),
  };
}

function readStorages(
  source: ByteSource,
  keys: PickleValue,
  start: number,
  types: ReadonlyMap<string, ElementType>,
): ReadonlyMap<string, Storage> {
  if (!Array.isArray(keys) || keys.length > MAX_STORAGES)
    throw damagedTorch('a file without its list of storages');
  const storages = new Map<string, Storage>();
  let at = start;
  for (const key of keys) {
    const name = String(key);
    const type = types.get(name);
    if (type === undefined) throw damagedTorch(`a storage ${name} that nothing describes`);
    const head = source.read(at, 8);
    const count = Number(new DataView(head.buffer, head.byteOffset, 8).getBigInt64(0, true));
    const bytes = count * WIDTH[type];
    if (!(count >= 0) || at + 8 + bytes > source.size)
      throw damagedTorch(`a storage of ${count} elements that ends outside of the file`);
    storages.set(name, { type, count, source, at: at + 8 });
    at += 8 + bytes;
  }
  return storages;
}

/** Element types of all storages that a value refers to, at any depth. */
function storageTypes(value: PickleValue): ReadonlyMap<string, ElementType> {
  const types = new Map<string, ElementType>();
  const seen = new Set<PickleValue>();
  const open: PickleValue[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null || next instanceof Uint8Array || seen.has(next)) continue;
    seen.add(next);
    if (Array.isArray(next)) for (const each of next) open.push(each);
    else if (next instanceof Map) {
      for (const [key, each] of next) open.push(key, each);
    } else if (next.kind === 'tuple') for (const each of next.items) open.push(each);
    else if (next.kind === 'object') {
      for (const each of next.args) open.push(each);
      open.push(next.state);
    } else if (next.kind === 'persistent') {
      const reference = isTuple(next.id) ? storageReference(next) : undefined;
      if (reference) types.set(reference.key, reference.type);
    }
  }
  return types;
}
