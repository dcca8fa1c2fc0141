import { openHdf5 } from '../hdf5/file.ts';
import type { ByteSource } from '../source/byte-source.ts';
import { readZip, type ZipEntry } from '../source/zip-directory.ts';
import { isRecord } from '../tfjs/is-record.ts';
import { damagedKeras } from './problem.ts';
import { type KerasFile, readKerasFile } from './read-groups.ts';

const MAX_JSON = 8 * 1024 * 1024;

/**
 * Reads a `.keras` archive: `metadata.json`, `config.json` and `model.weights.h5`.
 *
 * @throws CONVERT_INPUT_INVALID
 */
export function readKerasArchive(source: ByteSource): KerasFile {
  const entries = new Map(readZip(source).map((entry) => [entry.name, entry]));
  const weights = entries.get('model.weights.h5');
  if (!weights) throw damagedKeras('a .keras archive without model.weights.h5');
  const config = entries.get('config.json');
  if (!config) throw damagedKeras('a .keras archive without config.json');
  const stored = readKerasFile(openHdf5(weights.open()));
  return withConfig(stored, contentOf(config), contentOf(entries.get('metadata.json')));
}

function contentOf(entry: ZipEntry | undefined): Uint8Array | undefined {
  if (!entry) return undefined;
  if (entry.size > MAX_JSON) throw damagedKeras(`${entry.name} of ${entry.size} bytes`);
  const content = entry.open();
  return content.read(0, content.size);
}

/**
 * Weights with the configuration that lies beside them, in an archive or in the folder that it was unpacked to.
 *
 * @throws CONVERT_INPUT_INVALID
 */
export function withConfig(
  stored: KerasFile,
  configJson: Uint8Array | undefined,
  metadataJson: Uint8Array | undefined,
): KerasFile {
  const config = parse('config.json', configJson);
  const metadata = parse('metadata.json', metadataJson);
  const version = isRecord(metadata) ? metadata['keras_version'] : undefined;
  return { version: typeof version === 'string' ? version : '3', config, weights: stored.weights };
}

function parse(name: string, bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  if (bytes.byteLength > MAX_JSON) throw damagedKeras(`${name} of ${bytes.byteLength} bytes`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw damagedKeras(`${name} that is not JSON`, error);
  }
}
