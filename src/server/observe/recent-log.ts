/**
 * The last lines of the log, for an operator without a terminal on the machine.
 *
 * @module
 */
import type { Logger } from './logger.ts';

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RecentLog {
  /** Writes to the logger that was given, and remembers. */
  readonly logger: Logger;
  /** Oldest first. */
  lines(): readonly LogLine[];
}

/** Lines that are remembered. */
const MOST = 300;

/**
 * Remembers what is logged from now on.
 *
 * @param logger that writes it
 * @param clock milliseconds since 1970
 */
export function createRecentLog(logger: Logger, clock: () => number): RecentLog {
  const kept: LogLine[] = [];
  let next = 0;
  const remembering =
    (level: LogLine['level']): Logger['info'] =>
    (fields, message) => {
      kept[next] = { time: clock(), level, message, fields };
      next = (next + 1) % MOST;
      logger[level](fields, message);
    };
  return {
    logger: {
      debug: (fields, message) => logger.debug(fields, message),
      info: remembering('info'),
      warn: remembering('warn'),
      error: remembering('error'),
    },
    lines: () => [...kept.slice(next), ...kept.slice(0, next)],
  };
}
