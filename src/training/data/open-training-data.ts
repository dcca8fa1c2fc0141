/**
 * Which layout a data set has, and what is in it.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import { isPictureName, pictureFiles, subfolders } from '../../evaluation/datasets/files.ts';
import { readJsonLines, readTable } from './lists.ts';
import { type PartFolder, partFolders } from './part-folders.ts';
import type { LabelledFile, TrainingData } from './types.ts';

/**
 * Reads which pictures a data set has and what their classes are. No picture is opened.
 *
 * Known layouts: a folder of class folders; `train/` beside `val/`, `valid/`, `validation/` or `test/`, each with class
 * folders (as YOLO, ImageAI and Roboflow have it); a table (`.tsv`, `.csv`, `.txt`: path, class and, if wanted, part);
 * JSON lines (`.jsonl`: `{"path": …, "class": …, "part": …}`).
 *
 * @param path folder or file
 * @throws DATASET_INVALID when it is none of these or has no pictures
 * @example
 * const { classes, pictures } = await openTrainingData('flowers');
 */
export async function openTrainingData(path: string): Promise<TrainingData> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return finished(path, await fromFile(path));
  if (!found?.isDirectory()) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'a folder of class folders, a table (.tsv, .csv) or JSON lines (.jsonl)',
      received: `nothing at ${path}`,
    });
  }
  return finished(path, await fromFolder(resolve(path)));
}

type Unfinished = Omit<TrainingData, 'path' | 'classes'>;

async function fromFile(path: string): Promise<Unfinished> {
  const ending = extname(path).toLowerCase();
  if (ending === '.jsonl' || ending === '.ndjson') {
    return { layout: 'jsonl', notices: [], pictures: await readJsonLines(path) };
  }
  if (['.tsv', '.csv', '.txt'].includes(ending)) {
    return { layout: 'table', notices: [], pictures: await readTable(path) };
  }
  throw new PictorError('DATASET_INVALID', {
    expected: 'a folder, a table (.tsv, .csv, .txt) or JSON lines (.jsonl)',
    received: path,
    ...(ending === '.zip' && { fix: 'Unpack the archive and name the folder' }),
  });
}

async function fromFolder(folder: string): Promise<Unfinished> {
  const inside = await subfolders(folder);
  const parts = await partFolders(folder, inside);
  if (parts.length > 0) return fromParts(folder, parts);
  // What an archive unpacks to is often a folder in a folder of the same name.
  const [only] = inside;
  if (only !== undefined && inside.length === 1) {
    const nested = join(folder, only);
    const deeper = await subfolders(nested);
    if (deeper.length > 1 || (await partFolders(nested, deeper)).length > 0) {
      const { pictures, ...rest } = await fromFolder(nested);
      return { ...rest, pictures: pictures.map((file) => ({ ...file, name: `${only}/${file.name}` })) };
    }
  }
  const files = await pictureFiles(folder);
  const outside = files.filter((name) => !name.includes('/'));
  return {
    layout: 'class-folders',
    notices: outsideNotice(outside.length),
    pictures: inClassFolders(folder, files),
  };
}

async function fromParts(folder: string, parts: readonly PartFolder[]): Promise<Unfinished> {
  const pictures: LabelledFile[] = [];
  let outside = 0;
  for (const { name, part } of parts) {
    const files = await pictureFiles(join(folder, name));
    outside += files.filter((file) => !file.includes('/')).length;
    for (const file of inClassFolders(join(folder, name), files)) {
      pictures.push({ ...file, name: `${name}/${file.name}`, part });
    }
  }
  return { layout: 'part-folders', notices: outsideNotice(outside), pictures };
}

/** The class of a picture is the first folder on its path. */
function inClassFolders(folder: string, files: readonly string[]): LabelledFile[] {
  return files
    .filter((name) => name.includes('/'))
    .map((name) => ({ path: join(folder, name), name, label: name.slice(0, name.indexOf('/')) }));
}

function outsideNotice(count: number): string[] {
  return count === 0 ? [] : [`${count} pictures lie outside the class folders and are left out`];
}

function finished(path: string, data: Unfinished): TrainingData {
  if (data.pictures.length === 0) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'pictures in class folders, e.g. flowers/tulip/1.jpg and flowers/rose/1.jpg',
      received: data.notices[0] ? `${path}, where ${data.notices[0]}` : `${path} with no picture`,
      ...(!isPictureName(basename(path)) && {
        fix: 'Make a folder for each class and put its pictures into it (JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP)',
      }),
    });
  }
  const pictures = data.pictures
    .map((file) => ({ ...file, label: file.label.normalize('NFC') }))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const classes = [...new Set(pictures.map(({ label }) => label))].sort();
  return { ...data, path, classes, pictures };
}
