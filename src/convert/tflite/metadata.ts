import { unzipSync } from 'fflate';
import { parseUltralytics, type Ultralytics } from '../recipe/ultralytics.ts';
import { FlatBuffer, type Table } from './flatbuffer.ts';

/** What a .tflite file says about itself besides its graph. */
export interface TfliteMetadata {
  readonly title?: string;
  readonly author?: string;
  readonly licence?: string;
  readonly labels?: readonly string[];
  readonly ultralytics?: Ultralytics;
  /** `(pixel − mean) / std` gives the real input; one value or one for each channel. */
  readonly normalization?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

const MAX_LABEL_BYTES = 4 * 1024 * 1024;
const NORMALIZATION_OPTIONS = 1;

/**
 * Reads the metadata table and the files that are appended to the model as a zip archive. Metadata are a courtesy: a
 * damaged archive gives no labels, not an error; a damaged metadata table is an error like any other damage.
 *
 * @see https://www.tensorflow.org/lite/models/convert/metadata
 */
export function readMetadata(file: Uint8Array, metadata: Uint8Array | undefined): TfliteMetadata {
  const root = metadata && new FlatBuffer(metadata).root();
  const subgraph = root?.tables(3)[0];
  const normalization = subgraph?.tables(2)[0]?.tables(4).flatMap(normalizationOf)[0];
  const named = subgraph?.tables(3).flatMap((output) => output.tables(6).map((entry) => entry.string(0)))[0];
  const texts = textsIn(file, named);
  const ultralytics = texts.map(parseUltralytics).find((found) => found !== undefined);
  const labels = ultralytics?.names ?? labelsOf(texts);
  const title = root?.string(0);
  const author = root?.string(4);
  const licence = root?.string(5);
  return {
    ...(title && { title }),
    ...(author && { author }),
    ...(licence && { licence }),
    ...(labels && { labels }),
    ...(ultralytics && { ultralytics }),
    ...(normalization && { normalization }),
  };
}

/** One label a line. An index before each, from 0 or from 1, gives the order and is dropped. */
export function parseLabels(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return withoutNumbers(lines) ?? lines;
}

function withoutNumbers(lines: readonly string[]): readonly string[] | undefined {
  if (lines.length < 2) return undefined;
  const names: string[] = [];
  const numbers = new Set<number>();
  for (const line of lines) {
    const [, number, name] = /^(\d{1,6})[\s:,]+(\S.*)$/.exec(line) ?? [];
    if (number === undefined || name === undefined) return undefined;
    numbers.add(Number(number));
    names[Number(number)] = name;
  }
  const start = numbers.has(0) ? 0 : 1;
  const last = start + lines.length - 1;
  // "1 euro", "2 euro" are names: what is left of them tells nothing.
  const whole = numbers.size === lines.length && names.length === last + 1;
  return whole && new Set(names.slice(start)).size === lines.length ? names.slice(start) : undefined;
}

function normalizationOf(unit: Table): { mean: number[]; std: number[] }[] {
  const options = unit.number(0, 'uint8') === NORMALIZATION_OPTIONS ? unit.table(1) : undefined;
  const mean = options?.numbers(0, 'float32');
  const std = options?.numbers(1, 'float32');
  const usable = mean?.length && std?.length && [...mean, ...std].every(Number.isFinite) && !std.includes(0);
  return usable ? [{ mean, std }] : [];
}

/** The file that the metadata name first. */
function textsIn(file: Uint8Array, named: string | undefined): readonly string[] {
  try {
    const files = unzipSync(file, {
      filter: ({ name, originalSize }) =>
        originalSize <= MAX_LABEL_BYTES &&
        (name === named ||
          /label.*\.txt$/i.test(name) ||
          /^(temp_meta\.txt|metadata\.(json|yaml))$/i.test(name)),
    });
    const first = named === undefined ? undefined : files[named];
    const others = Object.values(files).filter((bytes) => bytes !== first);
    return [...(first ? [first] : []), ...others].map((bytes) => new TextDecoder().decode(bytes));
  } catch {
    // No archive at the end, or a damaged one.
    return [];
  }
}

function labelsOf([text]: readonly string[]): readonly string[] | undefined {
  const labels = text === undefined ? [] : parseLabels(text);
  return labels.length > 0 ? labels : undefined;
}
