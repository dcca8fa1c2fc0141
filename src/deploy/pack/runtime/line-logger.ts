import type { Logger } from '../../../server/observe/logger.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * A log of one JSON object a line on standard output, where every platform collects it. Small on purpose: a logging
 * library would be a tenth of a cold start.
 *
 * @param level the least important level that is written
 */
export function lineLogger(level: (typeof LEVELS)[number]): Logger {
  const least = LEVELS.indexOf(level);
  const write =
    (name: (typeof LEVELS)[number]) => (fields: Readonly<Record<string, unknown>>, message: string) => {
      if (LEVELS.indexOf(name) < least) return;
      const line = { level: name, time: new Date().toISOString(), ...fields, msg: message };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
