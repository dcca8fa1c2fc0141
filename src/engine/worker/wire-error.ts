import { type ErrorCode, PictorError, toPictorError } from '../../errors.ts';
import type { WireError } from './protocol.ts';

/** Makes plain data of anything thrown. @param fallback code for errors that are not Pictor's */
export function toWireError(thrown: unknown, fallback: ErrorCode): WireError {
  const error = toPictorError(thrown, fallback);
  const cause = error.cause instanceof Error ? `\nCaused by: ${error.cause.stack}` : '';
  return { code: error.code, details: error.details, stack: `${error.stack ?? error.message}${cause}` };
}

/** The error again, on the other side; the worker's stack is the cause's. */
export function fromWireError(wire: WireError): PictorError {
  const cause = new Error(wire.stack.split('\n', 1)[0]);
  cause.stack = wire.stack;
  return new PictorError(wire.code, { ...wire.details, cause });
}
