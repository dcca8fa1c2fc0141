import { PictorError } from '../errors.ts';

/**
 * A number option inside its range.
 *
 * @param name as the caller wrote it, for the message
 * @throws OPTION_INVALID
 */
export function numberOption(
  name: string,
  value: number | undefined,
  range: {
    readonly min: number;
    readonly max: number;
    readonly fallback: number;
    readonly integer?: boolean;
  },
): number {
  if (value === undefined) return range.fallback;
  const fits = typeof value === 'number' && value >= range.min && value <= range.max;
  if (fits && (!range.integer || Number.isInteger(value))) return value;
  const extent =
    range.max === Number.MAX_SAFE_INTEGER ? `of at least ${range.min}` : `from ${range.min} to ${range.max}`;
  throw new PictorError('OPTION_INVALID', {
    expected: `${name} to be ${range.integer ? 'a whole number' : 'a number'} ${extent}`,
    received: String(value),
  });
}

/** Names compare without case, and with spaces, dashes and underscores alike. */
export function normalName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
}

/**
 * A list of names as a set of normal names; undefined when there is no list.
 *
 * @throws OPTION_INVALID when a name is none of the known ones: a misspelt filter would otherwise hide everything
 */
export function nameSet(
  option: string,
  names: readonly string[] | undefined,
  known: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  if (names === undefined) return undefined;
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
    throw new PictorError('OPTION_INVALID', { expected: `${option} to be a list of names` });
  }
  const unknown = names.find((name) => !known.has(normalName(name)));
  if (unknown !== undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: `${option} to hold names that the model knows`,
      received: unknown,
    });
  }
  return new Set(names.map(normalName));
}
