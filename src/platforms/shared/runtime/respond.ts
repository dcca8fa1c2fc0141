import { type JoinedSignal, joinSignals } from '../../../base/join-signals.ts';
import { PictorError, toPictorError } from '../../../errors.ts';
import { errorResponse } from '../../../server/http/error-response.ts';
import type { FetchApp } from './types.ts';

/** What surrounds one call of the application. */
export interface Call {
  /** Milliseconds until the platform ends the call; absent: no bound known. */
  readonly remainingMs: number | undefined;
  /** The platform's name for this call, for error answers that the application did not write. */
  readonly requestId: string | undefined;
  /** Fires when nobody waits for the answer any more. */
  readonly clientSignal?: AbortSignal | undefined;
  readonly onError?: ((error: PictorError) => void) | undefined;
}

/** Kept back of the remaining time so that the answer still gets out, at most this many milliseconds. */
const RESERVE_MS = 500;
const RESERVE_SHARE = 0.1;
/** Timers take no more. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Lets the application answer within the time that the platform leaves. Always answers: a damaged event, an exception
 * and a passed deadline become the native error answer.
 *
 * @param app what answers
 * @param makeRequest gets the signal of the deadline
 */
export async function respond(
  app: FetchApp,
  makeRequest: (signal: AbortSignal) => Request | Promise<Request>,
  call: Call,
): Promise<Response> {
  const stop = joinSignals(call.clientSignal);
  const deadline = startDeadline(call.remainingMs, stop);
  try {
    const request = await makeRequest(stop.signal);
    return await Promise.race([app.fetch(request), deadline.passed]);
  } catch (thrown) {
    const error = toPictorError(thrown);
    call.onError?.(error);
    return errorResponse(error, call.requestId ?? '');
  } finally {
    deadline.stop();
    stop.release();
  }
}

function startDeadline(remainingMs: number | undefined, stop: JoinedSignal) {
  if (remainingMs === undefined || !(remainingMs < LONGEST_TIMER_MS)) {
    return { passed: new Promise<never>(() => {}), stop: () => {} };
  }
  const ms = Math.max(1, remainingMs - Math.min(RESERVE_MS, remainingMs * RESERVE_SHARE));
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new PictorError('DEADLINE_EXCEEDED', {
        expected: `an answer within the ${Math.round(remainingMs)} ms that the platform left`,
      });
      reject(error);
      stop.abort(error);
    }, ms);
  });
  return { passed, stop: () => clearTimeout(timer) };
}
