/** How the picture travels. */
export type BodyKind = 'json' | 'raw' | 'multipart' | 'base64';

/** One request as it goes out. */
export interface RequestBody {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * When requests start. `closed`: each of `concurrency` callers sends its next request after its last answer. `open`:
 * requests start at a fixed rate whatever the server does, and latency counts from the moment a request was due, so
 * that queueing shows.
 */
export type Pace =
  | { readonly kind: 'closed'; readonly concurrency: number }
  | { readonly kind: 'open'; readonly rate: number; readonly maxInFlight: number };

/** When the run ends: after a number of requests or a time, whichever comes first. */
export interface Extent {
  readonly requests?: number;
  readonly durationMs?: number;
}

/** What became of one request. */
export interface Sample {
  readonly index: number;
  /** Milliseconds since the start of the run when the request was due. */
  readonly dueMs: number;
  /** Milliseconds from due to the last byte of the answer. */
  readonly latencyMs: number;
  readonly outcome:
    | { readonly kind: 'answer'; readonly status: number; readonly bytes: number }
    | { readonly kind: 'failure'; readonly reason: FailureReason };
}

/** Why there was no answer. */
export type FailureReason = 'timeout' | 'refused' | 'reset' | 'unresolved' | 'not-sent' | 'other';

export interface LoadTestOptions {
  readonly url: URL;
  /** Used in turn. */
  readonly bodies: readonly RequestBody[];
  readonly pace: Pace;
  readonly extent: Extent;
  /** Milliseconds for one request (default 30 000). */
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called for each request when it ends. */
  readonly onSample?: (sample: Sample) => void;
}

/** A finished run. */
export interface LoadTestResult {
  readonly samples: readonly Sample[];
  /** Milliseconds from the first request to the last answer. */
  readonly elapsedMs: number;
  readonly bytesSent: number;
}
