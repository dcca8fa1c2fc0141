import { openHdf5 } from '../hdf5/file.ts';
import type { ByteSource } from '../source/byte-source.ts';
import { readZip } from '../source/zip-directory.ts';
import { isRecord } from '../tfjs/is-record.ts';
import { damagedKeras } from './problem.ts';
import { type KerasFile, readKerasFile } from './read-groups.ts';

const MAX_JSON = 64 * 1024 * 1024;

/**
 * Reads a `.keras` archive: `metadata.json`, `config.json` and `model.weights.h5`.
 *
 * @throws CONVERT_INPUT_INVALID
 */
export function readKerasArchive(source: ByteSource): KerasFile {
  const entries = new Map(readZip(source).map((entry) => [entry.name, entry]));
  const weights = entries.get('model.weights.h5');
  if (!weights) throw damagedKeras('a .keras archive without model.weights.h5');
  const json = (name: string): unknown => {
    const entry = entries.get(name);
    if (!entry) return undefined;
    if (entry.size > MAX_JSON) throw damagedKeras(`${name} of ${entry.size} bytes`);
    try {
      const content = entry.open();
      return JSON.parse(new TextDecoder().decode(content.read(0, content.size)));
    } catch (error) {
      throw damagedKeras(`${name} that is not JSON`, error);
    }
  };
  const config = json('config.json');
  if (config === undefined) throw damagedKeras('a .keras archive without config.json');
  const metadata = json('metadata.json');
  const version = isRecord(metadata) ? metadata['keras_version'] : undefined;
  const stored = readKerasFile(openHdf5(weights.open()));
  return { version: typeof version === 'string' ? version : '3', config, weights: stored.weights };
}
