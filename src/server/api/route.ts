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
  /** Parts of the path by name: `id` of `/v1/jobs/:id`. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** Parts that differ from request to request are written `:name`. */
  readonly path: string;
  /** `public` routes ask for no key; `any` is satisfied with one of whatever scope. */
  readonly scope: Scope | 'any' | 'public';
  readonly document: Omit<RouteConfig, 'method' | 'path'>;
  answer(input: RouteInput): Promise<Response> | Response;
}
