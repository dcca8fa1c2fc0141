/**
 * One native route as data: what OpenAPI says of it, who may use it, and what answers.
 *
 * @module
 */
import type { RouteConfig } from '@hono/zod-openapi';
import type { Scope } from '../keys/types.ts';
import type { RequestContext } from '../request-context.ts';
import type { Runtime } from '../runtime.ts';

export interface RouteInput {
  readonly request: Request;
  readonly url: URL;
  readonly context: RequestContext;
  readonly runtime: Runtime;
}

export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** `public` routes ask for no key. */
  readonly scope: Scope | 'public';
  readonly document: Omit<RouteConfig, 'method' | 'path'>;
  answer(input: RouteInput): Promise<Response> | Response;
}
