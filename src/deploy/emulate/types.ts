import type { GatewayRequest, GatewayResponse } from '../../platforms/shared/gateway.ts';
import type { Platform } from '../../platforms/shared/platform.ts';

/** How an unpacked function is started. */
export interface InstanceOptions {
  readonly platform: Platform;
  /** `web`: the function is an HTTP server, as a container is (default `event`). */
  readonly kind?: 'event' | 'web' | undefined;
  /** The unpacked archive. */
  readonly folder: string;
  /** Name of the trigger, for the platforms whose functions get events (default: the platform's first one). */
  readonly trigger?: string | undefined;
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number;
  /** Bytes of resident memory at which the instance is ended; unbounded when absent. */
  readonly memoryBytes?: number | undefined;
  /** Environment of the function, in addition to what every process has. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Hears what the function writes. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/** Milliseconds since the process began, as the process itself saw them. */
export interface Phases {
  /** The first line of code ran. */
  readonly boot: number;
  /** The code of the function was loaded. */
  readonly load: number;
  /** The model was loaded; absent while it is not. */
  readonly session?: number | undefined;
  /** The HTTP application was loaded; absent while it is not. */
  readonly app?: number | undefined;
  /** The answer was there. */
  readonly answer: number;
  /** Resident memory at its highest, bytes. */
  readonly rss: number;
}

/** How a call ended. */
export type Outcome =
  | { readonly kind: 'answered'; readonly response: GatewayResponse; readonly phases: Phases | undefined }
  /** The handler's result is not one that the platform understands, or it threw. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'out-of-memory' }
  /** The process ended. */
  | { readonly kind: 'crashed'; readonly reason: string };

/** A process of the function. One call at a time. */
export interface Instance extends AsyncDisposable {
  readonly pid: number | undefined;
  call(request: GatewayRequest): Promise<Outcome>;
  /** Whether it can take another call. */
  readonly alive: boolean;
  close(): Promise<void>;
}
