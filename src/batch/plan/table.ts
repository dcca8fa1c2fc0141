import { PictorError } from '../../errors.ts';

/**
 * The fields of one line of a table. Quotes as in RFC 4180; a field does not go on in the next line.
 *
 * @example
 * splitFields('1,"a, ""b""",c', ','); // ['1', 'a, "b"', 'c']
 */
export function splitFields(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((field) => field.trim());
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? '';
    if (quoted) {
      if (char !== '"') field += char;
      else if (line[i + 1] === '"') field += line[++i];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === separator) {
      fields.push(field.trim());
      field = '';
    } else field += char;
  }
  fields.push(field.trim());
  return fields;
}

/**
 * Finds the column with the addresses, whatever the order of columns.
 *
 * @param first fields of the first line, which may be a heading
 * @param wanted name that was asked for
 * @param known names to look for when none was
 */
export function columnOf(
  first: readonly string[],
  wanted: string | undefined,
  known: readonly string[],
  where: string,
): { readonly index: number; readonly isHeading: boolean } {
  const names = first.map((name) => name.toLowerCase());
  if (wanted !== undefined) {
    const index = names.indexOf(wanted.toLowerCase());
    if (index >= 0) return { index, isHeading: true };
    throw new PictorError('DATASET_INVALID', {
      expected: `a column ${wanted} in ${where}`,
      received: first.join(', ').slice(0, 200),
    });
  }
  for (const name of known) {
    const index = names.indexOf(name);
    if (index >= 0) return { index, isHeading: true };
  }
  return { index: 0, isHeading: false };
}
