/**
 * Alibaba Function Compute 3.0: event functions behind an HTTP trigger.
 *
 * @module
 */
export { type FcContext, type FcEvent, toRequest } from './event.ts';
export { createHandler } from './handler.ts';
export { type FcResult, toResult } from './result.ts';
