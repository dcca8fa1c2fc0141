import type { ErrorCode, PictorError } from '../../../errors.ts';
import { VendorError } from '../shared/vendor-error.ts';
import type { HuaweiOperation } from './operations/types.ts';

/** Codes of image recognition (AIS) and of the gateway before it (APIG, APIGW). */
const CODES: Readonly<Partial<Record<ErrorCode, string>>> = {
  IMAGE_MISSING: 'AIS.0011',
  IMAGE_EMPTY: 'AIS.0011',
  IMAGE_BASE64_INVALID: 'AIS.0015',
  IMAGE_FORMAT_UNSUPPORTED: 'AIS.0102',
  IMAGE_CORRUPT: 'AIS.0105',
  IMAGE_DECODE_TIMEOUT: 'AIS.0105',
  IMAGE_TOO_SMALL: 'AIS.0103',
  IMAGE_TOO_LARGE: 'AIS.0020',
  IMAGE_TOO_MANY_PIXELS: 'AIS.0103',
  IMAGE_ASPECT_RATIO: 'AIS.0103',
  IMAGE_URL_DISABLED: 'AIS.0012',
  IMAGE_URL_FORBIDDEN: 'AIS.0012',
  IMAGE_URL_FAILED: 'AIS.0105',
  OPTION_INVALID: 'AIS.0012',
  BODY_INVALID: 'AIS.0014',
  BODY_TOO_LARGE: 'AIS.0020',
  CONTENT_TYPE_UNSUPPORTED: 'AIS.0012',
  METHOD_NOT_ALLOWED: 'AIS.0013',
  ROUTE_NOT_FOUND: 'APIG.0101',
  UNAUTHENTICATED: 'APIGW.0301',
  FORBIDDEN: 'AIS.0004',
  RATE_LIMITED: 'APIG.0308',
  OVERLOADED: 'APIG.0308',
  REQUEST_TIMEOUT: 'APIG.0201',
  DEADLINE_EXCEEDED: 'APIG.0201',
  FEATURE_UNSUPPORTED: 'AIS.0012',
  MODEL_UNKNOWN: 'AIS.0007',
  MODEL_TASK_MISMATCH: 'AIS.0007',
};

/** The gateway answers with the status that fits; the service behind it with 400 for whatever the client did. */
const KEEPS_STATUS: ReadonlySet<ErrorCode> = new Set([
  'ROUTE_NOT_FOUND',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
]);

/** How the vendor would answer. */
export interface HuaweiFailure {
  readonly status: number;
  readonly code: string;
}

/**
 * The vendor's code and status for a failure.
 *
 * @param error the failure
 * @param own codes of the operation that was called
 */
export function huaweiFailure(error: PictorError, own: HuaweiOperation['codes'] = {}): HuaweiFailure {
  const code = error instanceof VendorError ? error.vendorCode : (own[error.code] ?? CODES[error.code]);
  if (KEEPS_STATUS.has(error.code)) return { status: error.status, code: code ?? 'AIS.0003' };
  if (error.code === 'OVERLOADED') return { status: 429, code: code ?? 'APIG.0308' };
  const clients = error.status < 500 || error.status === 501;
  // A status that HTTP does not have, as for requests that nobody waits for any more, is the client's own doing.
  if (clients) return { status: 400, code: code ?? 'AIS.0105' };
  return { status: error.status, code: code ?? 'AIS.0003' };
}
