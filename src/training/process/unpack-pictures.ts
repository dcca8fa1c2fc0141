import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileSource } from '../../convert/source/byte-source.ts';
import { staysInside } from '../../convert/source/file-set.ts';
import { readZip } from '../../convert/source/zip-directory.ts';
import { isPictorError, PictorError } from '../../errors.ts';
import { isPictureName } from '../../evaluation/datasets/files.ts';

/** Bytes of one picture, unpacked, at most. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

/**
 * Unpacks the pictures of an archive. What is no picture, or would land outside the folder, is left in it.
 *
 * @param archive path of a zip archive
 * @param folder where to; made
 * @throws DATASET_INVALID when it is damaged or holds no picture, FILE_WRITE_FAILED, ABORTED
 */
export async function unpackPictures(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  const source = fileSource(archive);
  try {
    const entries = readZip(source).filter(
      ({ name, size }) =>
        staysInside(name) &&
        isPictureName(name) &&
        size <= MAX_PICTURE_BYTES &&
        !name.startsWith('__MACOSX/'),
    );
    if (entries.length === 0) throw invalid('none');
    for (const entry of entries) {
      signal.throwIfAborted();
      const path = join(folder, entry.name);
      const opened = entry.open();
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, opened.read(0, opened.size));
    }
  } catch (error) {
    if (isPictorError(error) && error.code !== 'CONVERT_INPUT_INVALID') throw error;
    if (signal.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
    if (isPictorError(error)) throw invalid(error.details.received ?? 'a damaged archive', error);
    throw new PictorError('FILE_WRITE_FAILED', { received: folder, fix: 'Free disk space', cause: error });
  } finally {
    source.close();
  }
}

function invalid(received: string, cause?: unknown): PictorError {
  return new PictorError('DATASET_INVALID', {
    expected: 'a zip archive with pictures in class folders',
    received,
    ...(cause !== undefined && { cause }),
  });
}
