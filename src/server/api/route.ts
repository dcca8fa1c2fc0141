/**
 * One native route as data: what OpenAPI says of it, who may use it, and what answers.
 *
 * @module
 */
import type * as z from 'zod';
import type { Scope } from '../keys/types.ts';
import type { RequestContext } from '../request-context.ts';
import type { Runtime } from '../runtime.ts';

/** Media type → the schema of what is sent as it. */
export type Content = Readonly<Record<string, { readonly schema: z.ZodType }>>;

export type Responses = Readonly<
  Record<number, { readonly description: string; readonly content?: Content }>
>;

/** OpenAPI's view of a route. */
export interface RouteDocument {
  /** One line. */
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly request?: {
    readonly params?: z.ZodObject;
    readonly query?: z.ZodObject;
    readonly body?: { readonly required: boolean; readonly content: Content };
  };
  readonly responses: Responses;
}

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
  readonly document: RouteDocument;
  answer(input: RouteInput): Promise<Response> | Response;
}
