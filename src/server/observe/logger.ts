/**
 * The words that the server logs with: pino's shape, so that a pino logger (or anything like it) can be passed in.
 *
 * @module
 */

type LogLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Structured log. Fields never hold picture content or secrets. */
export interface Logger {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

const nothing: LogLine = () => {};

/** Says nothing: the default of `createApp`, because a library is silent unless asked. */
export const SILENT_LOGGER: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
