/**
 * A folder into a zip whose bytes depend on nothing but the files: sorted names, one date, two modes.
 *
 * @module
 */
import { createWriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** One file of an archive. */
export interface ArchiveEntry {
  /** With slashes, relative to the root of the archive. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Lists the files of a folder, sorted by their path.
 *
 * @param folder absolute path
 */
export async function listFiles(folder: string): Promise<ArchiveEntry[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = await Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const { size } = await stat(path);
        return {
          path: path
            .slice(folder.length + 1)
            .split(sep)
            .join('/'),
          bytes: size,
        };
      }),
  );
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Writes a zip.
 *
 * @param folder what goes in
 * @param target path of the zip
 * @param executable whether a path gets mode 755 instead of 644
 */
export async function writeZip(
  folder: string,
  target: string,
  executable: (path: string) => boolean,
): Promise<ArchiveEntry[]> {
  const entries = await listFiles(folder);
  const zip = new ZipFile();
  // Written in local time by yazl, so built from local parts; a month after the beginning of DOS time, where it clamps.
  const mtime = new Date(1980, 1, 1);
  for (const entry of entries) {
    zip.addBuffer(await readFile(join(folder, entry.path)), entry.path, {
      mtime,
      mode: executable(entry.path) ? 0o100755 : 0o100644,
      compress: true,
      compressionLevel: 9,
      forceDosTimestamp: true,
    });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target));
  return entries;
}
