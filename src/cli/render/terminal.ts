/**
 * How the commands print: colours that honour NO_COLOR, numbers, bars.
 *
 * @module
 */
import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Each style as a function from text to text. */
export type Colors = Readonly<Record<Style, (text: string) => string>>;

/**
 * Colours for a stream; none when it is no terminal, NO_COLOR is set (no-color.org: to anything but nothing) or TERM is
 * dumb. FORCE_COLOR wins, and `FORCE_COLOR=0` refuses, as in Node itself.
 */
export function colorsFor(stream: NodeJS.WriteStream): Colors {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: term } = process.env;
  if (forced) return createColors(forced !== '0' && forced !== 'false');
  return createColors(Boolean(stream.isTTY) && !refused && term !== 'dumb');
}

function createColors(enabled: boolean): Colors {
  const style = (name: Style) => (text: string) =>
    enabled ? styleText(name, text, { validateStream: false }) : text;
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  };
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

/** Columns of the terminal, 80 when unknown, at most 120. */
export function terminalColumns(stream: NodeJS.WriteStream): number {
  return Math.min(120, stream.columns ?? 80);
}
