/**
 * One line on standard error that is rewritten in place.
 *
 * @module
 */
import { bar, terminalColumns } from './terminal.ts';

/** How often the line is rewritten at most, milliseconds. */
const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001B[K';

/** How far it is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
}

/** Writes the line with a bar of some columns in it. */
export type Describe = (bar: string, progress: Progress) => string;

export interface TerminalBar {
  update(done: number, total: number): void;
  draw(): void;
  /** Draws it a last time and leaves it standing. */
  stop(): void;
}

/**
 * Makes a bar; nothing is drawn yet.
 *
 * @param columns of the bar itself
 * @param describe what stands around it
 */
export function terminalBar(columns: number, describe: Describe): TerminalBar {
  const startedAt = Date.now();
  let drawnAt = 0;
  let progress = { done: 0, total: 0 };
  function draw(): void {
    const { done, total } = progress;
    drawnAt = Date.now();
    const filled = bar(total > 0 ? done / total : 0, columns).padEnd(columns, '░');
    const line = describe(filled, { done, total, elapsedMs: drawnAt - startedAt });
    // Every character of it is one column wide.
    process.stderr.write(CLEAR_LINE + [...line].slice(0, terminalColumns(process.stderr) - 1).join(''));
  }
  return {
    update(done, total) {
      progress = { done, total };
      if (Date.now() - drawnAt >= REDRAW_MS || done >= total) draw();
    },
    draw,
    stop() {
      draw();
      process.stderr.write('\n');
    },
  };
}

/** `1m20s`: what is left at the speed so far. */
export function timeLeft({ done, total, elapsedMs }: Progress): string {
  if (done <= 0) return '…';
  const seconds = Math.round(((elapsedMs / done) * (total - done)) / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m${seconds % 60}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}
