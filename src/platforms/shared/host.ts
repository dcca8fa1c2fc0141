/**
 * What stands between a platform and a handler, inside the emulated process. A platform's `host.ts` exports one as
 * `host`. It must load nothing: its time counts as the function's.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One call of an event function. */
export interface HostCall {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Milliseconds that are left. */
  left(): number;
}

export type HandlerFunction = (...args: readonly unknown[]) => unknown;

/** Answers one HTTP request whose body was read. */
export type AnswerHttp = (request: IncomingMessage, body: Buffer, response: ServerResponse) => unknown;

export type Host =
  | {
      readonly kind: 'event';
      /** Event and context as the platform's runtime makes them. */
      argumentsFor(call: HostCall): readonly unknown[];
    }
  | {
      readonly kind: 'http';
      /**
       * Runs before the function is loaded.
       *
       * @returns what makes an answering function out of the function's exports
       */
      prepare(): (exported: Readonly<Record<string, HandlerFunction | undefined>>) => AnswerHttp;
    };
