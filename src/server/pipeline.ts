/**
 * What every request goes through: context, log and metrics, CORS, protocols, keys, routes, errors.
 *
 * @module
 */
import { type Context, Hono } from 'hono';
import { PictorError } from '../errors.ts';
import type { Route } from './api/route.ts';
import { type CorsOptions, corsFor } from './http/cors.ts';
import { errorHeaders, errorResponse, explainFailure } from './http/error-response.ts';
import { checkOrigin } from './http/origin-guard.ts';
import type { RequestInfo } from './http/request-info.ts';
import { setKnownHeaders } from './http/text-response.ts';
import { presentedKey } from './keys/presented-key.ts';
import { recordRequest } from './observe/request-log.ts';
import type { Protocol } from './protocols/types.ts';
import { openRequest, type RequestContext } from './request-context.ts';
import type { Runtime } from './runtime.ts';

export interface PipelineOptions {
  readonly runtime: Runtime;
  readonly routes: readonly Route[];
  readonly protocols: readonly Protocol[];
  readonly cors: CorsOptions | undefined;
  /** Host names that requests may be made for besides those of loopback; undefined where any will do. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Leading part of every path, e.g. `/v1`, which is not the service's own. */
  readonly basePath: string | undefined;
  /** Requests in progress. */
  readonly active: Set<RequestContext>;
}

interface Env {
  Bindings: RequestInfo;
  Variables: { context: RequestContext; protocol?: Protocol | undefined; failure?: PictorError };
}

/**
 * Assembles the way of a request.
 *
 * @returns answers a request; never rejects
 */
export function createPipeline(options: PipelineOptions) {
  const { runtime, routes, protocols, cors, allowedHosts, basePath, active } = options;
  // `/image/` is what some gateways and many people make of `/image`.
  const app = new Hono<Env>({ strict: false });

  app.use(async function observe(c, next) {
    const context = openRequest(runtime, c.req.raw, c.env);
    const protocol = protocols.find((one) => one.matches(c.req.raw));
    c.set('context', context);
    c.set('protocol', protocol);
    if (protocol?.maxBodyBytes !== undefined) context.limitBody(protocol.maxBodyBytes);
    active.add(context);
    try {
      await next();
    } finally {
      active.delete(context);
      context.close();
    }
    setHeaders(c, {
      'x-request-id': context.requestId,
      'x-content-type-options': 'nosniff',
      ...(runtime.stopping() ? { connection: 'close' } : {}),
    });
    recordRequest(runtime, context, protocol?.name ?? 'native', c.res.status, c.get('failure'));
  });

  if (allowedHosts !== undefined) {
    app.use(async function origin(c, next) {
      checkOrigin(c.req.raw.headers, allowedHosts, cors);
      await next();
    });
  }

  if (cors !== undefined) app.use(corsFor(cors));

  app.use(async function protocol(c, next) {
    const found = c.get('protocol');
    if (found === undefined) return next();
    const context = c.get('context');
    context.setOperation(found.name);
    accept(runtime);
    await runtime.keys.refresh();
    return context.settle(found.handle(c.req.raw, context));
  });

  for (const route of routes) {
    app.on(route.method.toUpperCase(), route.path, async (c) => {
      const context = c.get('context');
      context.setOperation(route.path);
      if (route.scope !== 'public') await claim(runtime, context, c.req.raw, route.scope);
      const answer = await context.settle(
        Promise.resolve(
          route.answer({
            request: c.req.raw,
            url: new URL(c.req.url),
            context,
            runtime,
            params: c.req.param(),
          }),
        ),
      );
      // A native route looks at a picture once and waits for that. Where it failed, a worker may still be reading.
      context.recycleBody();
      return answer;
    });
  }

  app.notFound((c) => {
    const allowed = routes
      .filter((route) => matchesPath(route.path, c.req.path))
      .map(({ method }) => method.toUpperCase());
    if (allowed.length === 0) return fail(c, new PictorError('ROUTE_NOT_FOUND'));
    const expected = allowed.join(', ');
    const error = new PictorError('METHOD_NOT_ALLOWED', { expected, received: c.req.method.slice(0, 20) });
    return fail(c, error, { allow: allowed.includes('GET') ? `${expected}, HEAD` : expected });
  });

  app.onError((thrown, c) => fail(c, explainFailure(thrown, c.get('context').signal)));

  return async (request: Request, info: RequestInfo = {}): Promise<Response> =>
    app.fetch(basePath === undefined ? request : withoutPrefix(request, basePath, routes), info);
}

/** The request at its place under the service; one that is in its place stays as it is: `/v1/classify` under `/v1`, too. */
function withoutPrefix(request: Request, basePath: string, routes: readonly Route[]): Request {
  const url = new URL(request.url);
  const path = url.pathname;
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return request;
  if (routes.some((route) => matchesPath(route.path, path))) return request;
  url.pathname = url.pathname.slice(basePath.length) || '/';
  return new Request(url, request);
}

/** Whether a path has the form of a route, whose `:name` parts stand for anything. */
function matchesPath(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/', wanted.length + 1);
  return (
    wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i])
  );
}

/** @throws UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED, SERVER_STOPPING */
async function claim(
  runtime: Runtime,
  context: RequestContext,
  request: Request,
  scope: Exclude<Route['scope'], 'public'>,
): Promise<void> {
  if (scope === 'infer') accept(runtime);
  if (runtime.auth === 'off') return;
  await runtime.keys.refresh();
  context.authorize(presentedKey(request.headers, runtime.keys), scope);
}

function accept(runtime: Runtime): void {
  if (!runtime.stopping()) return;
  throw new PictorError('SERVER_STOPPING', { retryAfter: runtime.limits.retryAfterSeconds });
}

/** Hono makes a new answer for each header, because another's may be read-only. Those of our own are not. */
function setHeaders(c: Context<Env>, headers: Readonly<Record<string, string>>): void {
  if (setKnownHeaders(c.res, headers)) return;
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
}

function fail(c: Context<Env>, error: PictorError, headers: Record<string, string> = {}): Response {
  c.set('failure', error);
  const context = c.get('context');
  const protocol = c.get('protocol');
  if (protocol === undefined) {
    const response = errorResponse(error, context.requestId);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  }
  const response = protocol.fail(error, context);
  for (const [name, value] of Object.entries(errorHeaders(error))) {
    if (name !== 'www-authenticate' && !response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
