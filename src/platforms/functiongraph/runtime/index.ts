/**
 * Huawei FunctionGraph: event functions behind an APIG trigger.
 *
 * @module
 */
export { type FunctionGraphContext, type FunctionGraphEvent, toRequest } from './event.ts';
export { createHandler } from './handler.ts';
export { type FunctionGraphResult, toResult } from './result.ts';
