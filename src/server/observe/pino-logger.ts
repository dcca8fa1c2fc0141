import { pino } from 'pino';
import type { Logger } from './logger.ts';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'text';
  /** Takes whole lines. */
  readonly write: (line: string) => void;
}

/**
 * A structured log: one JSON object a line, or text for people.
 *
 * @example
 * const logger = createLogger({ level: 'info', format: 'json', write: (line) => process.stdout.write(line) });
 */
export function createLogger({ level, format, write }: LoggerOptions): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name }) },
    },
    { write: format === 'json' ? write : (line: string) => write(textOf(line)) },
  );
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}

/** `12:03:07 info  request operation=/image status=200 ms=12.1` */
function textOf(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  return `${[String(time).slice(11, 19), String(level).padEnd(5), msg, ...pairs].join(' ')}\n`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[\s"]/.test(text) ? JSON.stringify(text) : text;
}
