/**
 * Events of AWS Lambda: REST API (payload 1.0), HTTP API and function URL (payload 2.0), application load balancer.
 *
 * @module
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
import { readEventBody } from '../../shared/runtime/body.ts';
import { buildRequest, type RequestParts } from '../../shared/runtime/build-request.ts';
import { notAnHttpEvent } from '../../shared/runtime/event-error.ts';
import { type HeaderMap, readHeaders } from '../../shared/runtime/headers.ts';
import { encodeQuery, joinQuery, type QueryMap } from '../../shared/runtime/query.ts';
import type { RequestOptions } from '../../shared/runtime/types.ts';

interface EventBase {
  readonly headers?: HeaderMap | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

interface V1Fields extends EventBase {
  readonly httpMethod?: string;
  readonly path?: string;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly queryStringParameters?: QueryMap | null;
  readonly multiValueQueryStringParameters?: QueryMap | null;
}

/** A REST API's event. */
export interface RestEvent extends V1Fields {
  readonly version?: '1.0';
  readonly requestContext?: {
    readonly requestId?: string;
    readonly stage?: string;
    readonly elb?: undefined;
  };
}

/** A load balancer's event. */
export interface AlbEvent extends V1Fields {
  readonly requestContext: { readonly elb: { readonly targetGroupArn?: string } };
}

/** The event of an HTTP API or a function URL. */
export interface HttpEvent extends EventBase {
  readonly version: '2.0';
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly cookies?: readonly string[];
  readonly requestContext: {
    readonly http: { readonly method: string; readonly path?: string };
    readonly requestId?: string;
    readonly stage?: string;
  };
}

export type LambdaEvent = RestEvent | HttpEvent | AlbEvent;

/** What the runtime knows about the call. */
export interface LambdaContext {
  readonly awsRequestId?: string;
  readonly getRemainingTimeInMillis?: () => number;
}

/** Which trigger an event comes from. */
export function triggerOf(event: LambdaEvent | null | undefined): 'rest' | 'http' | 'alb' | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  if ('version' in event && event.version === '2.0') return event.requestContext?.http ? 'http' : undefined;
  if ('httpMethod' in event && typeof event.httpMethod === 'string') return isAlb(event) ? 'alb' : 'rest';
  return undefined;
}

/**
 * @param event as Lambda hands it to the handler
 * @param _context not needed
 * @throws BODY_INVALID, METHOD_NOT_ALLOWED
 */
export function toRequest(
  event: LambdaEvent,
  _context?: LambdaContext,
  options: RequestOptions = {},
): Request {
  const trigger = triggerOf(event);
  if (trigger === undefined) {
    throw notAnHttpEvent(
      event,
      'an event of an API, a function URL or a load balancer',
      'Call the function over HTTP',
    );
  }
  const parts = isHttp(event) ? fromHttp(event) : fromV1(event);
  const body = readEventBody(event.body, event.isBase64Encoded ?? false, parts.headers.get('content-type'));
  return buildRequest({ ...parts, body }, options);
}

function fromHttp(event: HttpEvent): RequestParts {
  const headers = readHeaders(event.headers);
  const cookies = [event.cookies ?? []].flat();
  if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
  const { http, stage } = event.requestContext;
  return {
    method: http.method,
    path: event.rawPath ?? http.path,
    query: event.rawQueryString ?? '',
    headers,
    // `$default` is not part of the path, any other stage is.
    stage: stage === '$default' ? undefined : stage,
  };
}

function fromV1(event: RestEvent | AlbEvent): RequestParts {
  const query = event.multiValueQueryStringParameters ?? event.queryStringParameters;
  return {
    method: event.httpMethod,
    path: event.path,
    // The load balancer leaves the query as it came.
    query: isAlb(event) ? joinQuery(query) : encodeQuery(query),
    headers: readHeaders(event.multiValueHeaders ?? event.headers),
  };
}

export function isAlb(event: LambdaEvent | null | undefined): event is AlbEvent {
  const context: unknown = event?.requestContext;
  return typeof context === 'object' && context !== null && 'elb' in context && Boolean(context.elb);
}

export function isHttp(event: LambdaEvent | null | undefined): event is HttpEvent {
  return triggerOf(event) === 'http';
}
