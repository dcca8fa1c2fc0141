/**
 * The one table of errors. Every failure that Pictor reports carries a code from here.
 *
 * @module
 */

interface ErrorEntry {
  /** HTTP status that the native API answers with. */
  readonly status: number;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean;
  /** First words of the message: what went wrong, without a full stop. */
  readonly title: string;
}

/** Code → status, retryable, title. `docs/errors.md` lists the same codes; a test compares the two. */
export const ERROR_TABLE = {
  // The picture
  IMAGE_MISSING: { status: 400, retryable: false, title: 'No picture in the request' },
  IMAGE_AMBIGUOUS: { status: 400, retryable: false, title: 'More than one picture where one belongs' },
  IMAGE_EMPTY: { status: 400, retryable: false, title: 'The picture is empty' },
  IMAGE_BASE64_INVALID: { status: 400, retryable: false, title: 'The picture is not base64' },
  IMAGE_SOURCE_INVALID: {
    status: 400,
    retryable: false,
    title: 'The picture cannot be read from this source',
  },
  IMAGE_NOT_FOUND: { status: 404, retryable: false, title: 'The picture does not exist' },
  IMAGE_FORMAT_UNSUPPORTED: { status: 415, retryable: false, title: 'The picture has no supported format' },
  IMAGE_CORRUPT: { status: 422, retryable: false, title: 'The picture cannot be decoded' },
  IMAGE_TOO_SMALL: { status: 422, retryable: false, title: 'The picture has too few pixels' },
  IMAGE_TOO_LARGE: { status: 413, retryable: false, title: 'The picture has too many bytes' },
  IMAGE_TOO_MANY_PIXELS: { status: 413, retryable: false, title: 'The picture has too many pixels' },
  IMAGE_TOO_COMPLEX: { status: 422, retryable: false, title: 'The picture is made of too many parts' },
  IMAGE_ASPECT_RATIO: { status: 422, retryable: false, title: 'The picture is too long and narrow' },
  IMAGE_DECODE_TIMEOUT: { status: 422, retryable: false, title: 'Decoding the picture took too long' },
  IMAGE_URL_DISABLED: { status: 403, retryable: false, title: 'Pictures by URL are switched off' },
  IMAGE_URL_FORBIDDEN: { status: 403, retryable: false, title: 'This URL may not be fetched' },
  IMAGE_URL_FAILED: { status: 422, retryable: true, title: 'The URL could not be fetched' },

  // Video
  VIDEO_DECODER_MISSING: { status: 501, retryable: false, title: 'There is no ffmpeg on this machine' },
  VIDEO_NOT_FOUND: { status: 404, retryable: false, title: 'The video does not exist' },
  VIDEO_SOURCE_INVALID: {
    status: 400,
    retryable: false,
    title: 'The video cannot be read from this source',
  },
  VIDEO_UNREADABLE: { status: 422, retryable: false, title: 'The video cannot be decoded' },
  VIDEO_SOURCE_LOST: { status: 502, retryable: true, title: 'The camera gives no pictures' },
  VIDEO_ENCODE_FAILED: { status: 500, retryable: false, title: 'The annotated video could not be written' },

  // The request
  OPTION_INVALID: { status: 400, retryable: false, title: 'An option has a value that cannot be used' },
  BODY_INVALID: { status: 400, retryable: false, title: 'The request body cannot be understood' },
  BODY_TOO_LARGE: { status: 413, retryable: false, title: 'The request body is too large' },
  CONTENT_ENCODING_UNSUPPORTED: {
    status: 415,
    retryable: false,
    title: 'The content encoding is not supported',
  },
  CONTENT_TYPE_UNSUPPORTED: { status: 415, retryable: false, title: 'The content type is not supported' },
  ROUTE_NOT_FOUND: { status: 404, retryable: false, title: 'There is nothing at this address' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, title: 'This address does not take this method' },
  NOT_ACCEPTABLE: { status: 406, retryable: false, title: 'No offered format is acceptable to the client' },
  REQUEST_TIMEOUT: { status: 408, retryable: true, title: 'The request did not arrive in time' },
  REQUEST_ABORTED: { status: 499, retryable: true, title: 'The request was cancelled' },
  UNAUTHENTICATED: { status: 401, retryable: false, title: 'The request carries no valid key' },
  FORBIDDEN: { status: 403, retryable: false, title: 'The key may not do this' },
  SERVER_STOPPING: { status: 503, retryable: true, title: 'The server is shutting down' },
  RATE_LIMITED: { status: 429, retryable: true, title: 'Too many requests with this key' },

  // Models
  MODEL_UNKNOWN: { status: 404, retryable: false, title: 'There is no such model' },
  MODEL_NOT_LOCAL: { status: 503, retryable: false, title: 'The model is not on this machine' },
  MODEL_TASK_MISMATCH: { status: 400, retryable: false, title: 'The model does not do this task' },
  MODEL_MANIFEST_INVALID: { status: 500, retryable: false, title: 'The model manifest is not valid' },
  MODEL_FILE_INVALID: { status: 500, retryable: false, title: 'The model file cannot be used' },
  MODEL_HASH_MISMATCH: { status: 500, retryable: false, title: 'The model file is not the expected one' },
  MODEL_DOWNLOAD_FAILED: { status: 502, retryable: true, title: 'The model could not be downloaded' },
  MODEL_OFFLINE: {
    status: 503,
    retryable: false,
    title: 'The model is not here and downloads are switched off',
  },
  MODEL_EXISTS: { status: 409, retryable: false, title: 'A model of this id is already there' },
  MODEL_LOCKED: { status: 503, retryable: true, title: 'Another process is working on this model' },
  MODEL_STORE_FAILED: { status: 500, retryable: false, title: 'The model store cannot be read or written' },
  MODEL_NOT_READY: { status: 503, retryable: true, title: 'The model is not ready yet' },
  LABELS_INVALID: { status: 500, retryable: false, title: 'The labels do not fit the model' },

  // Conversion
  CONVERT_FORMAT_UNKNOWN: { status: 422, retryable: false, title: 'The model format is not known' },
  CONVERT_INPUT_INVALID: { status: 422, retryable: false, title: 'The model to convert is damaged' },
  CONVERT_OP_UNSUPPORTED: {
    status: 422,
    retryable: false,
    title: 'The model uses operations that cannot be converted',
  },

  // The engine
  BACKEND_UNAVAILABLE: { status: 500, retryable: false, title: 'The inference library cannot be loaded' },
  INFERENCE_FAILED: { status: 500, retryable: false, title: 'Inference failed' },
  WORKER_LOST: { status: 503, retryable: true, title: 'An inference worker ended unexpectedly' },
  ENGINE_CLOSED: { status: 503, retryable: true, title: 'The engine is closed' },
  OVERLOADED: { status: 503, retryable: true, title: 'The server has more work than it can take' },
  DEADLINE_EXCEEDED: { status: 504, retryable: true, title: 'The answer would have come too late' },
  ABORTED: { status: 499, retryable: true, title: 'The call was cancelled' },

  // Surroundings
  SYSTEM_LIMIT: { status: 503, retryable: true, title: 'The system has no more of what Pictor needs' },
  // Batches
  BATCH_PLAN_INVALID: { status: 422, retryable: false, title: 'The plan of the batch cannot be used' },
  BATCH_SHARD_INVALID: { status: 422, retryable: false, title: 'A result file of the batch is damaged' },
  BATCH_STORAGE_FAILED: {
    status: 502,
    retryable: true,
    title: 'The storage of the batch does not answer as it should',
  },
  BATCH_QUEUE_FAILED: { status: 503, retryable: true, title: 'The queue of the batch cannot be used' },

  // Set-up
  CONFIG_INVALID: { status: 500, retryable: false, title: 'The configuration is not valid' },
  DATASET_INVALID: { status: 422, retryable: false, title: 'The data set cannot be used' },
  JOB_UNKNOWN: { status: 404, retryable: false, title: 'There is no such job or file' },
  JOB_STORAGE_FULL: { status: 503, retryable: true, title: 'There is no space for more jobs' },
  TRAINING_TOO_LARGE: {
    status: 422,
    retryable: false,
    title: 'The training needs more memory than there is',
  },
  TRAINING_FAILED: { status: 500, retryable: true, title: 'The training ended without a result' },
  FILE_WRITE_FAILED: { status: 500, retryable: false, title: 'A file cannot be written' },
  PLATFORM_UNKNOWN: { status: 400, retryable: false, title: 'There is no such platform' },
  PACK_FAILED: { status: 500, retryable: false, title: 'The archive could not be made' },
  PACK_TOO_LARGE: { status: 500, retryable: false, title: 'The archive is over the platform limit' },
  DEPLOY_FAILED: { status: 500, retryable: false, title: 'The deployment failed' },
  FEATURE_UNSUPPORTED: { status: 501, retryable: false, title: 'This is not supported' },
  INTERNAL: { status: 500, retryable: false, title: 'Something went wrong inside Pictor' },
} as const satisfies Record<string, ErrorEntry>;

/** A stable error code: a key of {@link ERROR_TABLE}. */
export type ErrorCode = keyof typeof ERROR_TABLE;

/** What a message is made of. Each part is a phrase without a full stop. */
export interface ErrorDetails {
  /** What was wanted, e.g. `at most 20 MB`. */
  readonly expected?: string;
  /** What came, e.g. `31.2 MB`. */
  readonly received?: string;
  /** What to do, e.g. `Shrink the picture`. */
  readonly fix?: string;
  /** The error underneath. */
  readonly cause?: unknown;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfter?: number;
}

const BRAND = Symbol.for('pictor.error');

/**
 * The only error class that Pictor throws on purpose.
 *
 * @example
 * const error = new PictorError('IMAGE_TOO_LARGE', {
 *   expected: 'at most 20 MB', received: '31.2 MB', fix: 'Shrink the picture',
 * });
 * error.message; // 'The picture has too many bytes: expected at most 20 MB, received 31.2 MB. Shrink the picture.'
 * error.status;  // 413
 */
export class PictorError extends Error {
  override readonly name = 'PictorError';
  readonly code: ErrorCode;
  /** HTTP status of the native API. */
  readonly status: number;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean;
  readonly details: Omit<ErrorDetails, 'cause'>;
  readonly [BRAND] = true;

  /**
   * @param code a key of the error table
   * @param details expected, received, fix (phrases), cause, retryAfter (seconds)
   */
  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const { cause, ...said } = details;
    const rest = withoutSecrets(said);
    super(composeMessage(code, rest), cause === undefined ? undefined : { cause });
    const entry = ERROR_TABLE[code];
    this.code = code;
    this.status = entry.status;
    this.retryable = entry.retryable;
    this.details = rest;
  }

  /** The part of the error that may leave the process: no stack, no cause. */
  toJSON(): { code: ErrorCode; message: string; retryable: boolean } {
    return { code: this.code, message: this.message, retryable: this.retryable };
  }
}

/**
 * Tells a {@link PictorError} from anything else, also across two copies of the package or a worker boundary.
 *
 * @param value anything that was thrown
 */
export function isPictorError(value: unknown): value is PictorError {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * Makes a {@link PictorError} of anything thrown: Pictor's own errors pass through, aborts become `ABORTED`,
 * the rest becomes `fallback` with the original as `cause`.
 *
 * @param thrown what was caught
 * @param fallback code for foreign errors (default `INTERNAL`)
 */
export function toPictorError(thrown: unknown, fallback: ErrorCode = 'INTERNAL'): PictorError {
  if (isPictorError(thrown)) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new PictorError('ABORTED', { cause: thrown });
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    return new PictorError('DEADLINE_EXCEEDED', { cause: thrown });
  }
  const received = thrown instanceof Error ? thrown.message : String(thrown);
  return new PictorError(fallback, { received, cause: thrown });
}

/**
 * Takes user and password out of every URL in a text.
 *
 * @example
 * withoutCredentials('no answer from https://me:secret@models.example/x'); // 'no answer from https://models.example/x'
 */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^\s/?#]*@/g, '//');
}

/** Whoever composes a message may hold a URL as it was typed: it leaves here without its password in any case. */
function withoutSecrets(details: Omit<ErrorDetails, 'cause'>): Omit<ErrorDetails, 'cause'> {
  const { expected, received, fix, ...rest } = details;
  return {
    ...(expected !== undefined && { expected: withoutCredentials(expected) }),
    ...(received !== undefined && { received: withoutCredentials(received) }),
    ...(fix !== undefined && { fix: withoutCredentials(fix) }),
    ...rest,
  };
}

function composeMessage(code: ErrorCode, details: Omit<ErrorDetails, 'cause'>): string {
  const { expected, received, fix } = details;
  const facts = [expected && `expected ${expected}`, received && `received ${received}`]
    .filter(Boolean)
    .join(', ');
  const head = facts ? `${ERROR_TABLE[code].title}: ${facts}.` : `${ERROR_TABLE[code].title}.`;
  return fix ? `${head} ${fix}${fix.endsWith('?') ? '' : '.'}` : head;
}
