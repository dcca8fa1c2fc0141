import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { PictorError } from '../../errors.ts';

/**
 * Unpacks an archive.
 *
 * @param archive path of a zip
 * @param folder that exists
 * @throws OPTION_INVALID when it is not an archive, FILE_WRITE_FAILED
 */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  const bytes = await readFile(archive).catch((cause: unknown) => {
    throw notOne(archive, cause, 'that cannot be read');
  });
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (cause) {
    throw notOne(archive, cause, 'that is no zip');
  }
  try {
    await writeFiles(files, folder);
  } catch (cause) {
    throw new PictorError('FILE_WRITE_FAILED', {
      received: `${folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'Make room there (about 200 MB); TMPDIR chooses the temporary folder',
      cause,
    });
  }
}

async function writeFiles(files: Readonly<Record<string, Uint8Array>>, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/') || name.split('/').includes('..') || name.startsWith('/')) continue;
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    if (/bootstrap$/.test(name)) await chmod(path, 0o755);
  }
}

function notOne(archive: string, cause: unknown, why: string): PictorError {
  return new PictorError('OPTION_INVALID', {
    expected: 'an archive that `pictor pack` made',
    received: `a file ${why}: ${archive}`,
    cause,
  });
}
