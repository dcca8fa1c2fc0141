/**
 * Tencent SCF: event functions behind a function URL or an API gateway. A web function is an HTTP server: see
 * `platforms/container`.
 *
 * @module
 */
export { type ScfContext, type ScfEvent, toRequest } from './event.ts';
export { createHandler } from './handler.ts';
export { type ScfResult, toResult } from './result.ts';
