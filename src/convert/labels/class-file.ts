/**
 * Files that name the classes of a model, in every shape that people have them.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import { isRecord } from '../tfjs/is-record.ts';
import { parseLabels } from '../tflite/metadata.ts';

/** What a class file says. */
export interface ClassFile {
  /** By output index. */
  readonly names: readonly string[];
  /** Widths and heights of a detector's anchors, in the order of the file. */
  readonly anchors?: readonly number[];
}

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_NAMES = 100_000;

/** Keys under which programs keep the list, an object by index or an object by name. */
const LISTS = [
  'labels',
  'id2label',
  'names',
  'classes',
  'class_names',
  'class_labels',
  'idx_to_class',
  'index_to_class',
  'class_to_idx',
  'class_indices',
  'label2id',
];

/**
 * Reads a class file: one name a line (with or without its number before it), a JSON array, an object by index
 * (`{"0": "green"}`, ImageAI) or by name (`{"green": 0}`, `class_indices` of Keras), `{"labels": [...], "anchors": [...]}`
 * (ImageAI's detectors) or `{"id2label": {...}}` (Hugging Face); in UTF-8, or UTF-16 with a byte-order mark.
 *
 * @param name what errors call it
 * @throws LABELS_INVALID
 */
export function parseClassFile(bytes: Uint8Array, name: string): ClassFile {
  if (bytes.byteLength > MAX_BYTES) throw invalid(name, `${bytes.byteLength} bytes`);
  const text = decode(bytes);
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return { names: named(parseLabels(text), name) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(
      name,
      `text that is not JSON (${error instanceof Error ? error.message : 'unreadable'})`,
      error,
    );
  }
  return fromJson(value, name);
}

function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const wide = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  return new TextDecoder(wide ? (a === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(bytes);
}

function fromJson(value: unknown, name: string): ClassFile {
  if (Array.isArray(value)) return { names: named(value, name) };
  if (!isRecord(value)) throw invalid(name, 'something that is neither a list nor an object');
  const inner = LISTS.map((key) => value[key]).find((each) => each !== undefined);
  if (Array.isArray(inner) || isRecord(inner)) {
    const { names } = fromJson(inner, name);
    const anchors = numbersIn(value['anchors']);
    return anchors.length > 0 ? { names, anchors } : { names };
  }
  const entries = Object.entries(value);
  // The list of `flow_from_directory`: names first, which may be numbers too.
  if (entries.length > 0 && entries.every(([, each]) => typeof each === 'number')) {
    const indexed = entries.map(([key, each]) => [Number(each), key] as const);
    return { names: byIndex(indexed, name) };
  }
  if (entries.every(([key]) => /^\d+$/.test(key))) {
    const indexed = entries.map(([key, each]) => [Number(key), each] as const);
    return { names: byIndex(indexed, name) };
  }
  throw invalid(
    name,
    `an object with keys such as ${
      entries
        .slice(0, 3)
        .map(([key]) => JSON.stringify(key))
        .join(', ') || '(none)'
    }`,
  );
}

/** Keys are numbers, not texts: 10 comes after 2. They count from 0, or from 1. */
function byIndex(entries: readonly (readonly [number, unknown])[], name: string): readonly string[] {
  const sorted = entries.toSorted(([a], [b]) => a - b);
  const [first] = sorted[0] ?? [0];
  const gap = sorted.findIndex(([index], i) => index !== i + first);
  if ((first !== 0 && first !== 1) || gap >= 0) {
    throw invalid(name, `class numbers that leave out ${gap >= 0 ? gap + first : 0}`);
  }
  return named(
    // ImageNet's own list pairs an id with each name.
    sorted.map(([, each]) => (Array.isArray(each) && each.length === 2 ? each[1] : each)),
    name,
  );
}

function named(values: readonly unknown[], name: string): readonly string[] {
  if (values.length === 0 || values.length > MAX_NAMES) throw invalid(name, `${values.length} names`);
  return values.map((each) => {
    if (typeof each !== 'string')
      throw invalid(name, `${JSON.stringify(each)?.slice(0, 50)} where a name belongs`);
    return each;
  });
}

function numbersIn(value: unknown): readonly number[] {
  return Array.isArray(value)
    ? value
        .flat(2)
        .filter((each): each is number => typeof each === 'number')
        .slice(0, 1000)
    : [];
}

function invalid(name: string, received: string, cause?: unknown): PictorError {
  return new PictorError('LABELS_INVALID', {
    expected: 'one name a line, a JSON list of names, or an object such as {"0": "cat", "1": "dog"}',
    received: `${name} with ${received}`,
    ...(cause === undefined ? {} : { cause }),
  });
}
