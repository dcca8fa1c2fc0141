import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** Which origins may call from a browser: `*`, or a list such as `['https://example.com']`. */
export type CorsOptions = '*' | readonly string[];

const DAY_SECONDS = 86_400;

/**
 * Answers preflight requests and marks answers for the allowed origins.
 *
 * @param origins allowed origins
 */
export function corsFor(origins: CorsOptions): MiddlewareHandler {
  return cors({
    origin: origins === '*' ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['Authorization', 'Content-Type', 'X-Api-Key', 'X-Request-Id'],
    exposeHeaders: ['Retry-After', 'X-Request-Id', 'X-Pictor-Model', 'X-Pictor-Unknown', 'X-Pictor-Nearest'],
    maxAge: DAY_SECONDS,
  });
}
