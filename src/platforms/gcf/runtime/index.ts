/**
 * Google Cloud Run functions: HTTP functions of the functions framework. A Cloud Run service is a container: see
 * `platforms/container`.
 *
 * @module
 */
export { type GcfRequest, toRequest } from './event.ts';
export { createHandler, type GcfResponse } from './handler.ts';
export { type GcfResult, toResult } from './result.ts';
