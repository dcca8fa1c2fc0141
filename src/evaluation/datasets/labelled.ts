import { dirname, join, resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { LabelRecord } from '../../models/labels/index.ts';
import type { LabelledPicture } from '../classifier.ts';
import { classFinder } from './class-finder.ts';
import { isPictureName, pictureFiles, readText } from './files.ts';

/** A picture file and what its data set calls its class. */
interface NamedPicture {
  readonly path: string;
  readonly name: string;
  readonly className: string;
}

/** WordNet id at the start of a file name, as in `n02130308_cheetah.JPEG`. */
export const SYNSET_NAME = /^(n\d{8})[_.-]/;

/** Pictures of a folder that has a folder for each class. */
export async function readClassFolders(
  folder: string,
  labels: readonly LabelRecord[],
): Promise<LabelledPicture[]> {
  const files = (await pictureFiles(folder)).filter((name) => name.includes('/'));
  const named = files.map((name) => ({
    path: join(folder, name),
    name,
    className: name.slice(0, name.indexOf('/')),
  }));
  return withClasses(named, labels);
}

/** Pictures of a folder whose file names start with a synset; other files are left out. */
export async function readSynsetNames(
  folder: string,
  labels: readonly LabelRecord[],
): Promise<LabelledPicture[]> {
  const named = (await pictureFiles(folder)).flatMap((name): NamedPicture[] => {
    const className = SYNSET_NAME.exec(name)?.[1];
    return className === undefined ? [] : [{ path: join(folder, name), name, className }];
  });
  return withClasses(named, labels);
}

/**
 * Pictures of a table: a line is `path<TAB>class`, or the other way round; the path relative to the table, the class a
 * name, a synset or an index. A first line without a picture is a head; lines that start with `#` are comments.
 */
export async function readTable(path: string, labels: readonly LabelRecord[]): Promise<LabelledPicture[]> {
  const rows = (await readText(path))
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t').map((cell) => cell.trim()));
  if (rows[0] && rows.length > 1 && !rows[0].some(isPictureName)) rows.shift();
  const pathColumn = rows[0]?.[1] && !isPictureName(rows[0][0] ?? '') && isPictureName(rows[0][1]) ? 1 : 0;
  const named = rows.map((row) => {
    const name = row[pathColumn] ?? '';
    const className = row[1 - pathColumn] ?? '';
    if (name !== '' && className !== '') return { path: resolve(dirname(path), name), name, className };
    throw new PictorError('DATASET_INVALID', {
      expected: 'lines of a path, a tab and a class',
      received: row.join(' ').slice(0, 80),
    });
  });
  return withClasses(named, labels);
}

function withClasses(named: readonly NamedPicture[], labels: readonly LabelRecord[]): LabelledPicture[] {
  const find = classFinder(labels);
  const known = new Map<string, number>();
  const unknown = new Set<string>();
  for (const className of new Set(named.map((item) => item.className))) {
    const index = find(className) ?? asIndex(className, labels.length);
    if (index === undefined) unknown.add(className);
    else known.set(className, index);
  }
  if (unknown.size > 0) {
    throw new PictorError('DATASET_INVALID', {
      expected: `classes that the model knows (it knows ${labels.length}: ${some(labels.map(({ label }) => label))})`,
      received: some([...unknown]),
      fix: 'Name the classes by label, synset or index, or choose the model that was made for them',
    });
  }
  return named.flatMap(({ path, name, className }) => {
    const classIndex = known.get(className);
    return classIndex === undefined ? [] : [{ image: path, name, classIndex }];
  });
}

function asIndex(name: string, count: number): number | undefined {
  return /^\d+$/.test(name) && Number(name) < count ? Number(name) : undefined;
}

function some(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
}
