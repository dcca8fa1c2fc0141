/**
 * How other services' wire formats are mounted on the server.
 *
 * A protocol is a thin mapping: it recognises its own requests by method, address and headers, verifies its own
 * signature, reads the body through the context (bounded, timed, admitted), calls a recognizer, and writes the answer
 * in its own shape. Everything that guards the native routes guards a protocol as well, and needs no code in it: request
 * id, log line, metrics, body limit, slow bodies, overload, client hang-up, deadline, shutdown.
 *
 * Rules:
 * - `matches` looks at method, URL and headers only. It must not touch the body. First match wins, before native routes.
 * - `handle` may throw: a PictorError (its own or one from a guard or a recognizer) goes to `fail`, which writes the
 *   vendor's envelope. Anything else reaches `fail` as `INTERNAL`.
 * - `handle` authorises before it reads more than it needs: `context.auth === 'off'` means that signatures are not
 *   looked at; otherwise find the key, verify, then `context.authorize(key)`, which checks scope, rate and concurrency.
 * - No state outside the protocol object made by its factory; `createProtocol(...)` is called once for each app.
 *
 * A folder `src/server/protocols/<name>/` exports `create<Name>Protocol(): Protocol` from its `index.ts`;
 * `src/server/protocols/registry.ts` is the list.
 *
 * @example
 * export function createEchoProtocol(): Protocol {
 *   return {
 *     name: 'echo',
 *     matches: (request) => request.headers.has('x-echo-action'),
 *     async handle(request, context) {
 *       if (context.auth === 'on') {
 *         const id = request.headers.get('x-echo-key') ?? '';
 *         const found = context.keys.findSecret(id);
 *         if (!found.found) throw new PictorError('UNAUTHENTICATED');
 *         verifySignature(request, await context.body(), found.secret, context.clock());
 *         context.authorize(found.key, 'infer');
 *       }
 *       const { image } = parse(await context.body());
 *       const tagger = await context.recognizers.get('tag');
 *       const answer = await tagger.tag({ base64: image }, { ...context.call, maxTags: 5 });
 *       return Response.json({ tags: answer.tags.map((tag) => tag.label), requestId: context.requestId });
 *     },
 *     fail: (error, context) =>
 *       Response.json({ code: error.code, requestId: context.requestId }, { status: error.status }),
 *   };
 * }
 *
 * @module
 */

import type { Release } from '../../base/memory-budget.ts';
import type { Pixels } from '../../engine/pixels.ts';
import type { PictorError } from '../../errors.ts';
import type { CallOptions } from '../../tasks/types.ts';
import type { Key, KeyRing, Scope } from '../keys/types.ts';
import type { ServerLimits } from '../limits.ts';
import type { Recognizers } from '../models/types.ts';
import type { Logger } from '../observe/logger.ts';
import type { VideoAnnotations } from './shared/video-annotations.ts';

/** Another service's wire format. */
export interface Protocol {
  /** Label in metrics and logs; one lower-case word. */
  readonly name: string;
  /** Body bound in bytes where it differs from the server's `maxBodyBytes` (the smaller one holds). */
  readonly maxBodyBytes?: number;
  /** Whether this request speaks the protocol: by method, URL and headers alone. */
  matches(request: Request): boolean;
  /** Answers a request that matched. */
  handle(request: Request, context: ProtocolContext): Promise<Response>;
  /** Writes an error in the protocol's own envelope. Must not throw. */
  fail(error: PictorError, context: ProtocolContext): Response;
}

/** A picture that was fetched for a request. */
export interface FetchedPicture {
  readonly bytes: Uint8Array;
  /** Gives its memory back before the request ends. */
  readonly release: Release;
}

/** What a protocol gets for one request. */
export interface ProtocolContext {
  /** Also sent as `X-Request-Id`. */
  readonly requestId: string;
  /** Fires when the client hangs up, the deadline passes or the server ends by force. */
  readonly signal: AbortSignal;
  /** Signal, remaining time, client name and bounds on pictures, to be spread into the options of every recognizer call. */
  readonly call: CallOptions;
  readonly logger: Logger;
  readonly limits: ServerLimits;
  /** Milliseconds since 1970: the server's clock for signature windows. Tests move it. */
  readonly clock: () => number;
  /** Whether keys are asked for on this server. */
  readonly auth: 'on' | 'off';
  readonly keys: KeyRing;
  readonly recognizers: Recognizers;
  /** Work on whole pictures that takes no model; never on the thread that serves. */
  readonly pixels: Pixels;
  /**
   * Claims the request for a key: checks that the key has the scope, then takes from its rate and concurrency (given
   * back when the request ends). Call it once, after the signature was verified.
   *
   * @param scope default `infer`
   * @throws FORBIDDEN, RATE_LIMITED (with `retryAfter`)
   */
  authorize(key: Key, scope?: Scope | 'any'): void;
  /**
   * The whole request body: counted, timed and admitted. The same bytes on every call.
   *
   * @throws BODY_TOO_LARGE, REQUEST_TIMEOUT, REQUEST_ABORTED, OVERLOADED
   */
  body(): Promise<Uint8Array>;
  /**
   * Takes a place among the requests in progress; `body` does this by itself. Only for work without a body.
   *
   * @throws OVERLOADED
   */
  admit(): void;
  /**
   * Counts memory against the one budget of all requests, until it is given back or the request ends: call it before
   * something large is made of the body. `body` and `fetchPicture` count by themselves.
   *
   * @throws OVERLOADED, BODY_TOO_LARGE
   */
  hold(bytes: number): Release;
  /**
   * Fetches a picture by URL under the server's rules: off unless enabled, private addresses refused, size and time
   * bounded.
   *
   * @throws IMAGE_URL_DISABLED, IMAGE_URL_FORBIDDEN, IMAGE_URL_FAILED, IMAGE_TOO_LARGE
   */
  fetchPicture(url: string): Promise<FetchedPicture>;
  /**
   * Videos as long work.
   *
   * @throws FEATURE_UNSUPPORTED where the server keeps no jobs, CONFIG_INVALID, FILE_WRITE_FAILED
   */
  videos(): Promise<VideoAnnotations>;
  /** Name of the operation, for the log line and the `route` label of the metrics; from a small fixed set. */
  setOperation(name: string): void;
  /** Records where the time went, for the stage metrics. */
  observe(answer: {
    readonly timings: { readonly queue: number; readonly decode: number; readonly inference: number };
  }): void;
}
