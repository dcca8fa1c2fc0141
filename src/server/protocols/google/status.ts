import type { ErrorCode, PictorError } from '../../../errors.ts';
import { VendorError } from '../shared/vendor-error.ts';

/** google.rpc.Code: name, number, and the HTTP status that goes with it. */
const STATUSES = {
  INVALID_ARGUMENT: { code: 3, http: 400 },
  DEADLINE_EXCEEDED: { code: 4, http: 504 },
  NOT_FOUND: { code: 5, http: 404 },
  PERMISSION_DENIED: { code: 7, http: 403 },
  RESOURCE_EXHAUSTED: { code: 8, http: 429 },
  UNIMPLEMENTED: { code: 12, http: 501 },
  INTERNAL: { code: 13, http: 500 },
  UNAVAILABLE: { code: 14, http: 503 },
  UNAUTHENTICATED: { code: 16, http: 401 },
} as const;

export type StatusName = keyof typeof STATUSES;

const NAMES: Readonly<Partial<Record<ErrorCode, StatusName>>> = {
  IMAGE_URL_DISABLED: 'PERMISSION_DENIED',
  IMAGE_URL_FORBIDDEN: 'PERMISSION_DENIED',
  IMAGE_URL_FAILED: 'UNAVAILABLE',
  ROUTE_NOT_FOUND: 'NOT_FOUND',
  JOB_UNKNOWN: 'NOT_FOUND',
  JOB_STORAGE_FULL: 'RESOURCE_EXHAUSTED',
  METHOD_NOT_ALLOWED: 'NOT_FOUND',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'PERMISSION_DENIED',
  RATE_LIMITED: 'RESOURCE_EXHAUSTED',
  // Clients try again for minutes after UNAVAILABLE, which is no way out of too much work.
  OVERLOADED: 'RESOURCE_EXHAUSTED',
  MODEL_UNKNOWN: 'UNIMPLEMENTED',
  MODEL_TASK_MISMATCH: 'UNIMPLEMENTED',
  FEATURE_UNSUPPORTED: 'UNIMPLEMENTED',
  REQUEST_TIMEOUT: 'DEADLINE_EXCEEDED',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
};

/** google.rpc.ErrorInfo.reason, where there is one. */
const REASONS: Readonly<Partial<Record<ErrorCode, string>>> = { RATE_LIMITED: 'RATE_LIMIT_EXCEEDED' };

/** A failure in the vendor's terms. */
export interface GoogleStatus {
  readonly name: StatusName;
  /** Number of google.rpc.Code. */
  readonly code: number;
  readonly http: number;
  readonly reason: string | undefined;
}

/**
 * The vendor's status for a failure.
 *
 * @param error the failure
 */
export function googleStatus(error: PictorError): GoogleStatus {
  const reason = error instanceof VendorError ? error.vendorCode : REASONS[error.code];
  // The vendor calls a wrong API key a wrong argument.
  const name = reason === 'API_KEY_INVALID' ? 'INVALID_ARGUMENT' : nameOf(error);
  return { name, ...STATUSES[name], reason };
}

function nameOf({ code, status, retryable }: PictorError): StatusName {
  const name = NAMES[code];
  if (name !== undefined) return name;
  if (status < 500) return 'INVALID_ARGUMENT';
  return retryable ? 'UNAVAILABLE' : 'INTERNAL';
}
