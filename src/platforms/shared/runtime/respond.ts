import { type JoinedSignal, joinSignals } from '../../../base/join-signals.ts';
import { isPictorError, PictorError, toPictorError } from '../../../errors.ts';
import { errorResponse } from '../../../server/http/error-response.ts';
import { requestIdOf } from '../../../server/http/request-id.ts';
import type { FetchApp } from './types.ts';

/** What surrounds one call of the application. */
export interface Call {
  /** Milliseconds until the platform ends the call; absent: no bound known. */
  readonly remainingMs: number | undefined;
  /** The platform's name for this call: the request's id, unless the client sent one. */
  readonly requestId: string | undefined;
  /** Fires when nobody waits for the answer any more. */
  readonly clientSignal?: AbortSignal | undefined;
  readonly onError?: ((error: PictorError, requestId: string) => void) | undefined;
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
  let requestId = call.requestId;
  try {
    const request = await readEvent(() => makeRequest(stop.signal));
    if (requestId !== undefined && !request.headers.has('x-request-id')) {
      request.headers.set('x-request-id', requestId);
    }
    requestId = requestIdOf(request.headers);
    request.headers.set('x-request-id', requestId);
    return await Promise.race([app.fetch(request), deadline.passed]);
  } catch (thrown) {
    const error = toPictorError(thrown);
    requestId ??= requestIdOf(new Headers());
    call.onError?.(error, requestId);
    const response = errorResponse(error, requestId);
    response.headers.set('x-request-id', requestId);
    return response;
  } finally {
    deadline.stop();
    stop.release();
  }
}

/** What a conversion stumbles over is in the event, not in Pictor. */
async function readEvent(makeRequest: () => Request | Promise<Request>): Promise<Request> {
  try {
    return await makeRequest();
  } catch (cause) {
    if (isPictorError(cause)) throw cause;
    throw new PictorError('BODY_INVALID', {
      expected: 'an event as the platform makes it',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function startDeadline(remainingMs: number | undefined, stop: JoinedSignal) {
  // Some runtimes say -1 or 0 where they know no bound; where the time is really over, nobody reads the answer.
  if (remainingMs === undefined || !(remainingMs > 0 && remainingMs < LONGEST_TIMER_MS)) {
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
