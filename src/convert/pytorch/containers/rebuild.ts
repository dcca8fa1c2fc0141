import { isGlobal, isObject, isPersistent, isTuple, type PickleValue } from '../pickle.ts';
import { damagedTorch } from '../problem.ts';
import { checkedTensor, type ElementType, elementTypeOf, type Storage, type TorchTensor } from '../tensor.ts';

/** A reference to a storage, as zip files and streams have it. */
export interface StorageReference {
  readonly type: ElementType;
  readonly key: string;
  readonly count: number;
  /** Part of another storage: its key, and elements before the first. */
  readonly view?: { readonly offset: number; readonly count: number };
}

/** Reads `('storage', torch.FloatStorage, key, location, count[, view])`. */
export function storageReference(value: PickleValue | undefined): StorageReference | undefined {
  if (!isPersistent(value) || !isTuple(value.id)) return undefined;
  const [tag, kind, key, , count, view] = value.id.items;
  const type = isGlobal(kind) ? elementTypeOf(kind.name) : undefined;
  if (
    tag !== 'storage' ||
    typeof count !== 'number' ||
    (typeof key !== 'string' && typeof key !== 'number')
  ) {
    return undefined;
  }
  if (type === undefined)
    throw damagedTorch(`a storage of ${isGlobal(kind) ? kind.name : 'an unknown type'}`);
  const reference = { type, key: String(key), count };
  if (!isTuple(view)) return reference;
  const [, offset, size] = view.items;
  if (typeof offset !== 'number' || typeof size !== 'number')
    throw damagedTorch('a part of a storage without a size');
  return { ...reference, view: { offset, count: size } };
}

const REBUILDS = new Set([
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_tensor_v3',
]);
const WRAPPERS = new Set([
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  'torch._tensor._rebuild_from_type_v2',
]);

/** The tensor that a value would be rebuilt to. */
export function rebuiltTensor(
  value: PickleValue,
  name: string,
  storageOf: (value: PickleValue | undefined) => Storage | undefined,
): TorchTensor | undefined {
  let inner: PickleValue | undefined = value;
  for (let depth = 0; depth < 4; depth++) {
    if (!isObject(inner) || !isGlobal(inner.callable)) return undefined;
    const callable: string = inner.callable.name;
    if (REBUILDS.has(callable)) {
      const [storageValue, offset, shape, strides] = inner.args;
      const storage = storageOf(storageValue);
      if (!storage || typeof offset !== 'number') throw damagedTorch(`the tensor ${name} without a storage`);
      return checkedTensor({ storage, offset, shape: numbers(shape), strides: numbers(strides) }, name);
    }
    if (!WRAPPERS.has(callable)) return undefined;
    const [first, , third]: readonly PickleValue[] = inner.args;
    inner = callable.endsWith('_from_type_v2') ? rebuiltFromType(first, third) : first;
  }
  return undefined;
}

/** A subclass keeps the function and the arguments with which its tensor is rebuilt. */
function rebuiltFromType(
  callable: PickleValue | undefined,
  args: PickleValue | undefined,
): PickleValue | undefined {
  if (callable === undefined || !isTuple(args)) return undefined;
  return { kind: 'object', callable, args: args.items, state: null };
}

function numbers(value: PickleValue | undefined): number[] {
  const items = isTuple(value) ? value.items : Array.isArray(value) ? value : [];
  return items.map((item) => (typeof item === 'number' ? item : Number.NaN));
}
