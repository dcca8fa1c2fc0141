import type { ByteSource } from '../../source/byte-source.ts';
import { readZip } from '../../source/zip-directory.ts';
import { unpickle } from '../pickle.ts';
import { damagedTorch, moreThanWeights } from '../problem.ts';
import { type Storage, WIDTH } from '../tensor.ts';
import { rebuiltTensor, storageReference } from './rebuild.ts';
import type { TorchFile } from './types.ts';

/** Files of PyTorch 1.6 and later. */
export function readTorchZip(source: ByteSource): TorchFile {
  const entries = new Map(readZip(source).map((entry) => [entry.name, entry]));
  const names = [...entries.keys()];
  const at = names.find((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (names.some((name) => /^([^/]*\/)?constants\.pkl$/.test(name))) {
    throw moreThanWeights('a TorchScript archive, which holds a program besides its weights');
  }
  const pickle = at === undefined ? undefined : entries.get(at);
  if (at === undefined || !pickle) throw damagedTorch('a zip archive without data.pkl');
  const root = at.slice(0, -'data.pkl'.length);
  const order = entries.get(`${root}byteorder`)?.open();
  if (order && Buffer.from(order.read(0, Math.min(order.size, 16))).toString() === 'big') {
    throw damagedTorch('values in big-endian order');
  }
  const storages = new Map<string, Storage>();
  const { value, globals } = unpickle(pickle.open());
  return {
    format: 'PyTorch zip',
    value,
    globals,
    tensorOf: (each, name) =>
      rebuiltTensor(each, name, (reference) => {
        const wanted = storageReference(reference);
        if (!wanted) return undefined;
        const known = storages.get(wanted.key);
        if (known) return known;
        const entry = entries.get(`${root}data/${wanted.key}`);
        if (!entry) throw damagedTorch(`no storage ${wanted.key} for ${name}`);
        const { type, count } = wanted;
        if (!(count >= 0) || entry.size < count * WIDTH[type]) {
          throw damagedTorch(`a storage of ${entry.size} bytes for ${count} elements of ${name}`);
        }
        const storage = { type, count, source: entry.open(), at: 0 };
        storages.set(wanted.key, storage);
        return storage;
      }),
  };
}
