/**
 * Azure Functions, programming model 4.
 *
 * @module
 */
export { type AzureContext, type AzureRequest, toRequest } from './event.ts';
export { createHandler } from './handler.ts';
export { type AzureCookie, type AzureResult, toResult } from './result.ts';
