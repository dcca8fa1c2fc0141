/**
 * What may be wrong with a data set, before any work is done on it.
 *
 * @module
 */
import type { LabelledFile, Part } from '../data/types.ts';
import type { LookAlikes } from './look-alikes.ts';
import type { ExaminedPicture, PictureFacts } from './picture-facts.ts';
import { type Finding, type FindingKind, SHOWN_FILES } from './types.ts';

/** Pictures of a class below which there is little to learn from. */
const FEW = 20;
/** How many times the smallest class the largest may be. */
const IMBALANCE = 5;
/** Pixels of the shorter side. */
const TINY = 48;
/** Mean grey value. */
const DARK = 16;
/** Variance of the Laplacian at 256 pixels. */
const BLURRED = 6;

/**
 * All checks that need no model.
 *
 * @param files of the data set
 * @param pictures the same, examined
 * @param parts of the pictures that the data set itself divides; empty where it does not
 */
export function runChecks(
  files: readonly LabelledFile[],
  pictures: readonly ExaminedPicture[],
  lookAlikes: readonly LookAlikes[],
): Finding[] {
  const readable = files.filter((_, index) => !('error' in (pictures[index] ?? { error: 0 })));
  return [
    ...unreadable(files, pictures),
    ...pairFindings(files, lookAlikes),
    ...classFindings(readable),
    ...lookFindings(files, pictures),
  ];
}

function unreadable(files: readonly LabelledFile[], pictures: readonly ExaminedPicture[]): Finding[] {
  const bad = files.filter((_, index) => 'error' in (pictures[index] ?? {}));
  return finding(
    'unreadable',
    bad.map(({ name }) => name),
    {
      message: (count) => `${count} cannot be read and ${be(count)} left out`,
      fix: 'Remove the files, or save them again as JPEG or PNG',
    },
  );
}

function pairFindings(files: readonly LabelledFile[], pairs: readonly LookAlikes[]): Finding[] {
  const found = {
    'two-classes': [],
    'duplicate-across-parts': [],
    duplicate: [],
    'near-duplicate-across-parts': [],
    'near-duplicate': [],
  } satisfies Partial<Record<FindingKind, string[]>> as Record<string, string[]>;
  for (const { first, second, exact } of pairs) {
    const [a, b] = [files[first], files[second]];
    if (a === undefined || b === undefined) continue;
    const near = exact ? '' : 'near-';
    const kind =
      a.label !== b.label
        ? 'two-classes'
        : partOf(a) !== partOf(b)
          ? `${near}duplicate-across-parts`
          : `${near}duplicate`;
    found[kind]?.push(`${a.name} = ${b.name}`);
  }
  return [
    ...finding('two-classes', found['two-classes'] ?? [], {
      message: (count) => `${pairsOf(count)} of the same picture in two classes`,
      fix: 'Keep each picture in the class that it belongs to',
    }),
    ...finding('duplicate-across-parts', found['duplicate-across-parts'] ?? [], {
      message: (count) => `${pairsOf(count)} of the same file in the training part and in a held-out part`,
      fix: 'Remove them from one of the parts: a picture that was trained on proves nothing',
    }),
    ...finding('near-duplicate-across-parts', found['near-duplicate-across-parts'] ?? [], {
      message: (count) => `${pairsOf(count)} that look the same in the training part and in a held-out part`,
      fix: 'Put pictures of one burst or video into one part',
    }),
    ...finding('duplicate', found['duplicate'] ?? [], {
      message: (count) => `${pairsOf(count)} of the same file within a class`,
      fix: 'Nothing need be done: copies stay in one part',
    }),
    ...finding('near-duplicate', found['near-duplicate'] ?? [], {
      message: (count) => `${pairsOf(count)} that look the same within a class`,
      fix: 'Nothing need be done: look-alikes stay in one part',
    }),
  ];
}

function classFindings(files: readonly LabelledFile[]): Finding[] {
  const counts = countsOf(files);
  const training = countsOf(files.filter((file) => partOf(file) === 'train'));
  const few = [...counts].filter(([, count]) => count < FEW);
  const without = [...counts.keys()].filter((label) => !training.has(label));
  const sizes = [...training.values()];
  const [most, least] = [Math.max(...sizes), Math.min(...sizes)];
  const named = (size: number) => [...training].find(([, count]) => count === size)?.[0] ?? '';
  return [
    ...finding('class-without-training', without, {
      message: (count) => `${classesOf(count)} in a held-out part but not in the training part`,
      fix: 'Name the class folders alike in all parts; classes are matched by name',
    }),
    ...finding(
      'few-pictures',
      few.map(([label, count]) => `${label} (${count})`),
      {
        message: (count) => `${classesOf(count)} with fewer than ${FEW} pictures`,
        fix: `Add pictures: from ${FEW} a class on results are worth something, from 100 on they are good`,
      },
    ),
    ...(sizes.length > 1 && most > IMBALANCE * least
      ? finding('imbalance', [`${named(most)} (${most})`, `${named(least)} (${least})`], {
          message: () =>
            `The largest class has ${(most / least).toFixed(0)} times the pictures of the smallest`,
          fix: 'Add pictures of the small classes; meanwhile each class counts the same in training',
        })
      : []),
  ];
}

function lookFindings(files: readonly LabelledFile[], pictures: readonly ExaminedPicture[]): Finding[] {
  const where = (test: (facts: PictureFacts) => boolean) =>
    files
      .filter((_, index) => {
        const picture = pictures[index];
        return picture !== undefined && 'facts' in picture && test(picture.facts);
      })
      .map(({ name }) => name);
  return [
    ...finding(
      'tiny',
      where(({ width, height }) => Math.min(width, height) < TINY),
      {
        message: (count) => `${count} with fewer than ${TINY} pixels on a side`,
        fix: 'Use larger pictures: enlarged ones have nothing to recognise',
      },
    ),
    ...finding(
      'dark',
      where(({ brightness }) => brightness < DARK),
      {
        message: (count) => `${count} that ${be(count)} nearly black`,
        fix: 'Look at them; remove what nobody could recognise',
      },
    ),
    ...finding(
      'blurred',
      where(({ sharpness, brightness }) => sharpness < BLURRED && brightness >= DARK),
      {
        message: (count) => `${count} without sharp edges: blurred or empty`,
        fix: 'Look at them; remove what nobody could recognise',
      },
    ),
  ];
}

function finding(
  kind: FindingKind,
  names: readonly string[],
  words: { readonly message: (count: number) => string; readonly fix: string },
): Finding[] {
  if (names.length === 0) return [];
  const count = names.length;
  return [{ kind, count, message: words.message(count), fix: words.fix, files: names.slice(0, SHOWN_FILES) }];
}

/** Pictures by class. */
export function countsOf(files: readonly LabelledFile[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of files) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

const partOf = ({ part }: LabelledFile): Part => part ?? 'train';
const be = (count: number) => (count === 1 ? 'is' : 'are');
const pairsOf = (count: number) => `${count} ${count === 1 ? 'pair' : 'pairs'}`;
const classesOf = (count: number) => `${count} ${count === 1 ? 'class' : 'classes'}`;
