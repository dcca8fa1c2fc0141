/**
 * How the commands print: colours that honour NO_COLOR, columns that know how wide Chinese is, bars.
 *
 * @module
 */
import pc from 'picocolors';
import stringWidth from 'string-width';

/**
 * Colours for a stream; none when it is no terminal, NO_COLOR is set (no-color.org: to anything but nothing) or TERM is
 * dumb. FORCE_COLOR wins, and `FORCE_COLOR=0` refuses, as in Node itself.
 */
export function colorsFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: term } = process.env;
  if (forced) return pc.createColors(forced !== '0' && forced !== 'false');
  return pc.createColors(Boolean(stream.isTTY) && !refused && term !== 'dumb');
}

/** Pads to a number of terminal columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

/** Cuts to a number of terminal columns, with an ellipsis. */
export function clipColumns(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let out = '';
  for (const char of text) {
    if (stringWidth(out + char) > columns - 1) break;
    out += char;
  }
  return `${out}…`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A horizontal bar in eighths of a column.
 *
 * @param fraction 0..1
 * @param columns width of a full bar
 */
export function bar(fraction: number, columns: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * columns * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

/** `0.8312` → ` 83.1 %`. */
export function percent(score: number): string {
  return `${(score * 100).toFixed(1).padStart(5)} %`;
}

/** `5242880` → `5.2 MB`. */
export function megabytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
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
      widths[i] = Math.max(widths[i] ?? 0, stringWidth(cell));
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => {
          const width = widths[i] ?? 0;
          return rightAligned.includes(i)
            ? ' '.repeat(width - stringWidth(cell)) + cell
            : padColumns(cell, width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Columns of the terminal, 80 when unknown, at most 120. */
export function terminalColumns(stream: NodeJS.WriteStream): number {
  return Math.min(120, stream.columns ?? 80);
}
