/**
 * Columns that know how wide Chinese is. Not with the rest of `terminal.ts`: what knows it takes long to load.
 *
 * @module
 */
import stringWidth from 'string-width';

/** Printable ASCII, one column per character: its first look at a text takes the library 20 ms. */
const PLAIN = /^[ -~]*$/;

function columnsOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** Pads to a number of terminal columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** Cuts to a number of terminal columns, with an ellipsis. */
export function clipColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let out = '';
  for (const char of text) {
    if (columnsOf(out + char) > columns - 1) break;
    out += char;
  }
  return `${out}…`;
}

/**
 * Rows in aligned columns.
 *
 * @param rows cells, the first row being the head
 * @param rightAligned indexes of columns that hold numbers
 */
export function table(rows: readonly (readonly string[])[], rightAligned: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, columnsOf(cell));
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => {
          const width = widths[i] ?? 0;
          return rightAligned.includes(i)
            ? ' '.repeat(width - columnsOf(cell)) + cell
            : padColumns(cell, width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
