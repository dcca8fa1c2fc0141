import { systemLimitError } from '../../base/system-limit.ts';
import { ERROR_TABLE, isPictorError, PictorError, toPictorError } from '../../errors.ts';
import { ACCEPTED_ENCODINGS } from './inflate.ts';
import { jsonResponse } from './text-response.ts';

/** The JSON envelope of every native error. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly requestId: string };
}

/**
 * Makes a PictorError of anything thrown while a request was answered. What aborted the request explains the failure
 * better than the abort itself, and foreign errors must not show their text to a client.
 *
 * @param thrown what was caught
 * @param signal the request's signal
 */
export function explainFailure(thrown: unknown, signal: AbortSignal): PictorError {
  const aborted = isAbort(thrown) && signal.aborted;
  if (aborted && isPictorError(signal.reason)) return signal.reason;
  if (isPictorError(thrown)) return thrown;
  if (isAbort(thrown)) return toPictorError(thrown);
  return systemLimitError(thrown) ?? new PictorError('INTERNAL', { cause: thrown });
}

/**
 * The message that may leave the server. Faults on our side keep their details (paths, library messages) in the log.
 *
 * @param error the failure
 */
export function publicMessage(error: PictorError): string {
  const ours = error.status >= 500 && !error.retryable && error.code !== 'FEATURE_UNSUPPORTED';
  return ours ? `${ERROR_TABLE[error.code].title}.` : error.message;
}

/**
 * Headers that belong to an error whatever its envelope: `Retry-After`, `WWW-Authenticate`, `Accept-Encoding`.
 *
 * @param error the failure
 */
export function errorHeaders(error: PictorError): Record<string, string> {
  const headers: Record<string, string> = {};
  const { retryAfter } = error.details;
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  if (error.code === 'CONTENT_ENCODING_UNSUPPORTED') headers['accept-encoding'] = ACCEPTED_ENCODINGS;
  if (error.status === 401) headers['www-authenticate'] = 'Bearer realm="pictor"';
  return headers;
}

/**
 * The native error answer.
 *
 * @param error the failure
 * @param requestId also sent as `X-Request-Id`
 */
export function errorResponse(error: PictorError, requestId: string): Response {
  const body: ErrorBody = { error: { code: error.code, message: publicMessage(error), requestId } };
  return jsonResponse(body, { status: error.status, headers: errorHeaders(error) });
}

function isAbort(thrown: unknown): boolean {
  if (isPictorError(thrown)) return thrown.code === 'ABORTED' || thrown.code === 'DEADLINE_EXCEEDED';
  return thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TimeoutError');
}
