/**
 * Lists of pictures: tables and JSON lines.
 *
 * @module
 */
import { dirname, extname, resolve } from 'node:path';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import { isPictureName, readText } from '../../evaluation/datasets/files.ts';
import { partOf } from './part-folders.ts';
import type { LabelledFile, Part } from './types.ts';

/**
 * A table: a line is path, class and perhaps part (`train`, `val`, `test`), parted by tabs, or by commas in a `.csv`.
 * A first line without a picture is a head, whose words say which column is which; lines that start with `#` are
 * comments.
 *
 * @throws DATASET_INVALID naming the first line that cannot be read
 */
export async function readTable(path: string): Promise<LabelledFile[]> {
  const text = (await readText(path)).replace(/^\uFEFF/, '');
  const comma = extname(path).toLowerCase() === '.csv' && !text.slice(0, 4096).includes('\t');
  const rows = text
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
    .map(({ line, number }) => ({ cells: comma ? commaCells(line) : line.split('\t').map(trim), number }));
  const columns = columnsOf(rows.map(({ cells }) => cells));
  return rows.slice(columns.head ? 1 : 0).map(({ cells, number }) => {
    const name = cells[columns.path] ?? '';
    const label = cells[columns.label] ?? '';
    const word = columns.part === undefined ? '' : (cells[columns.part] ?? '');
    if (name === '' || label === '') {
      throw badLine(path, number, 'a path and a class, parted by a tab', cells.join(' '));
    }
    return labelled(path, { name, label, word, number });
  });
}

const lineSchema = z.object({
  path: z.string().optional(),
  file: z.string().optional(),
  file_name: z.string().optional(),
  image: z.string().optional(),
  class: z.union([z.string(), z.number()]).optional(),
  label: z.union([z.string(), z.number()]).optional(),
  part: z.string().optional(),
  split: z.string().optional(),
});

/**
 * JSON lines: `{"path": "a.jpg", "class": "cat", "part": "train"}`; `file`, `file_name` and `image` do for `path`,
 * `label` for `class`, `split` for `part`.
 *
 * @throws DATASET_INVALID naming the first line that cannot be read
 */
export async function readJsonLines(path: string): Promise<LabelledFile[]> {
  const lines = (await readText(path)).replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.flatMap((line, index): LabelledFile[] => {
    if (line.trim() === '') return [];
    const number = index + 1;
    const parsed = lineSchema.safeParse(parseJson(line));
    const row = parsed.success ? parsed.data : {};
    const name = row.path ?? row.file ?? row.file_name ?? row.image ?? '';
    const label = String(row.class ?? row.label ?? '').trim();
    if (name === '' || label === '') throw badLine(path, number, '{"path": …, "class": …}', line);
    return [labelled(path, { name, label, word: row.part ?? row.split ?? '', number })];
  });
}

function labelled(
  path: string,
  row: { readonly name: string; readonly label: string; readonly word: string; readonly number: number },
): LabelledFile {
  const { name, label, word, number } = row;
  const part: Part | undefined = word === '' ? undefined : partOf(word);
  if (word !== '' && part === undefined) throw badLine(path, number, 'train, val or test as the part', word);
  const place = { path: resolve(dirname(path), name), name: name.replaceAll('\\', '/'), label };
  return part === undefined ? place : { ...place, part };
}

const PATH_WORDS = ['path', 'file', 'filename', 'file_name', 'image', 'picture'];
const LABEL_WORDS = ['class', 'label', 'classname', 'class_name', 'category'];
const PART_WORDS = ['part', 'split', 'subset', 'set'];

function columnsOf(rows: readonly (readonly string[])[]) {
  const [first = []] = rows;
  const words = first.map((cell) => cell.toLowerCase());
  const named = (names: readonly string[]) => words.findIndex((word) => names.includes(word));
  if (rows.length > 1 && !first.some(isPictureName)) {
    const [path, label, part] = [named(PATH_WORDS), named(LABEL_WORDS), named(PART_WORDS)];
    if (path >= 0 && label >= 0) return { head: true, path, label, part: part < 0 ? undefined : part };
    const second = rows[1] ?? [];
    const at = Math.max(0, second.findIndex(isPictureName));
    return { head: true, path: at, label: at === 0 ? 1 : 0, part: second.length > 2 ? 2 : undefined };
  }
  const at = Math.max(0, first.findIndex(isPictureName));
  return { head: false, path: at, label: at === 0 ? 1 : 0, part: first.length > 2 ? 2 : undefined };
}

/** Cells of a line of a `.csv`, quotes and doubled quotes understood. */
function commaCells(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i];
    if (letter === '"' && quoted && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === ',' && !quoted) {
      cells.push(trim(cell));
      cell = '';
    } else cell += letter;
  }
  return [...cells, trim(cell)];
}

const trim = (text: string): string => text.trim();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function badLine(path: string, number: number, expected: string, received: string): PictorError {
  return new PictorError('DATASET_INVALID', {
    expected: `${expected} on line ${number} of ${path}`,
    received: received.slice(0, 80) || 'nothing',
  });
}
