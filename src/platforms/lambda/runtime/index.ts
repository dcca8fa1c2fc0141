/**
 * AWS Lambda: REST API, HTTP API, function URL and application load balancer.
 *
 * @module
 */
export {
  type AlbEvent,
  type HttpEvent,
  type LambdaContext,
  type LambdaEvent,
  type RestEvent,
  toRequest,
} from './event.ts';
export { createHandler } from './handler.ts';
export { type LambdaResult, toResult } from './result.ts';
