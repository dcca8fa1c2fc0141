/**
 * Calls that no HTTP gateway makes: timers and plugins that keep an instance warm, and somebody who hands the function a
 * picture directly.
 *
 * @module
 */
import { buildRequest } from './build-request.ts';
import type { FetchApp, RequestOptions } from './types.ts';

const WARMING_TEXT = /^\W*(warm(er|ing)?([-_ ]?up)?|ping|keep[-_ ]?alive)\W*$/i;
const WARMING_FLAGS = /^(is)?[-_]?(warm(er|ing)?([-_]?up)?|ping|keep[-_]?alive)$/i;
const WARMING_SOURCES = /^(aws\.(events|scheduler)|.*warm(er|[-_]?up).*)$/i;
/** Only an HTTP event has them. */
const HTTP_FIELDS = ['httpMethod', 'requestContext', 'rawPath', 'method', 'url'];

/**
 * An event as its platform means it: some runtimes, and people who call handlers from scripts, hand over JSON as text or
 * as bytes.
 */
export function parsedEvent<Event>(event: Event): Event {
  const text =
    event instanceof Uint8Array
      ? Buffer.from(event.buffer, event.byteOffset, event.byteLength).toString('utf8')
      : event;
  if (typeof text !== 'string' || !/^\s*[{"]/.test(text)) return event;
  try {
    const parsed: Event = JSON.parse(text);
    return parsed;
  } catch {
    return event;
  }
}

/**
 * Whether a call only keeps the instance warm: a timer of any platform, or what plugins and people send for that.
 *
 * @param event parsed
 */
export function isWarmUp(event: unknown): boolean {
  if (typeof event === 'string') return WARMING_TEXT.test(event.slice(0, 100));
  if (!isRecord(event) || HTTP_FIELDS.some((name) => event[name] !== undefined)) return false;
  if (/^timer$/i.test(String(event.Type ?? event.type ?? event.trigger_type ?? ''))) return true;
  const source = String(event.source ?? '').slice(0, 100);
  if (event['detail-type'] === 'Scheduled Event' || WARMING_SOURCES.test(source)) return true;
  if (typeof event.triggerName === 'string' && event.triggerTime !== undefined) return true;
  return Object.entries(event).some(
    ([name, value]) => WARMING_FLAGS.test(name.slice(0, 100)) && Boolean(value),
  );
}

/** Answers once the models are ready. */
export function warmingApp(app: FetchApp): FetchApp {
  return {
    async fetch(request) {
      if (app.start === undefined) return app.fetch(request);
      await app.start();
      return Response.json({ status: 'ready' });
    },
  };
}

/**
 * `{"picture": "<base64>"}` without anything around it, as an SDK or the console of a platform invokes a function.
 *
 * @returns nothing when it is another event
 */
export function directRequest(event: unknown, options: RequestOptions): Request | undefined {
  if (!isRecord(event) || HTTP_FIELDS.some((name) => event[name] !== undefined)) return undefined;
  if (typeof event.picture !== 'string') return undefined;
  return buildRequest(
    {
      method: 'POST',
      path: '/image',
      query: '',
      headers: new Headers({ 'content-type': 'application/json' }),
      body: Buffer.from(JSON.stringify(event), 'utf8'),
    },
    options,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
