import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { PictorError } from '../../../errors.ts';
import type { PackTarget, PartSize } from '../types.ts';

/** First match wins. */
const PARTS: readonly (readonly [name: string, path: RegExp])[] = [
  ['inference library', /^native\/onnxruntime\/|onnxruntime-web\//],
  ['picture library', /^native\/sharp|@cwasm\//],
  ['model', /^model\//],
  ['licences', /^THIRD-PARTY-LICENSES$/],
  ['code', /./],
];

/**
 * What an archive consists of, read from its directory.
 *
 * @param file path of a zip
 */
export async function measureParts(file: string): Promise<PartSize[]> {
  const sums = new Map(PARTS.map(([name]) => [name, { name, files: 0, bytes: 0, packed: 0 }]));
  unzipSync(await readFile(file), {
    filter({ name, size, originalSize }) {
      const part = sums.get(PARTS.find(([, path]) => path.test(name))?.[0] ?? '');
      if (part) {
        part.files += 1;
        part.bytes += originalSize;
        part.packed += size;
      }
      return false;
    },
  });
  return [...sums.values()].filter(({ files }) => files > 0);
}

/**
 * Compares an archive with the limits of its platform.
 *
 * @param zipped bytes of the archive
 * @param unpacked bytes of its files, with those of a layer
 * @throws PACK_TOO_LARGE
 */
export function requireWithinLimits(
  { platform, maxZipBytes }: PackTarget,
  zipped: number,
  unpacked: number,
  parts: readonly PartSize[],
): void {
  const largest = [...parts].sort((a, b) => b.packed - a.packed)[0];
  const over = (limit: number | undefined, bytes: number, what: string, fix: string) => {
    if (limit === undefined || bytes <= limit) return;
    throw new PictorError('PACK_TOO_LARGE', {
      expected: `at most ${megabytes(limit)} ${what} for ${platform.title}`,
      received: `${megabytes(bytes)}, of which ${largest?.name} ${megabytes(largest?.packed ?? 0)} zipped`,
      fix,
    });
  };
  over(maxZipBytes, zipped, 'zipped', platform.whenTooLarge);
  // Neither a bucket nor a layer helps here: layers count.
  over(
    platform.limits.unzippedBytes,
    unpacked,
    'unpacked',
    'Have the model fetched at the start (--model-url), or choose a smaller one',
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
