import type { ErrorCode, PictorError } from '../../../errors.ts';
import { VendorError } from '../shared/vendor-error.ts';

/** Names of the vendor's exceptions, and the statuses that are not 400. */
const EXCEPTIONS: Readonly<Partial<Record<ErrorCode, string>>> = {
  IMAGE_FORMAT_UNSUPPORTED: 'InvalidImageFormatException',
  IMAGE_CORRUPT: 'InvalidImageFormatException',
  IMAGE_DECODE_TIMEOUT: 'InvalidImageFormatException',
  IMAGE_TOO_LARGE: 'ImageTooLargeException',
  IMAGE_TOO_MANY_PIXELS: 'ImageTooLargeException',
  BODY_TOO_LARGE: 'ImageTooLargeException',
  IMAGE_BASE64_INVALID: 'SerializationException',
  BODY_INVALID: 'SerializationException',
  ROUTE_NOT_FOUND: 'UnknownOperationException',
  METHOD_NOT_ALLOWED: 'UnknownOperationException',
  MODEL_UNKNOWN: 'UnknownOperationException',
  MODEL_TASK_MISMATCH: 'UnknownOperationException',
  UNAUTHENTICATED: 'UnrecognizedClientException',
  FORBIDDEN: 'AccessDeniedException',
  RATE_LIMITED: 'ProvisionedThroughputExceededException',
  FEATURE_UNSUPPORTED: 'InvalidParameterException',
  OVERLOADED: 'ThrottlingException',
};

/** How the vendor would answer. */
export interface AwsFailure {
  readonly status: number;
  /** Name of the exception that the client throws. */
  readonly type: string;
}

/**
 * The vendor's exception and status for a failure. Its clients try again after 5xx and after the two exceptions for too
 * much at once.
 *
 * @param error the failure
 */
export function awsFailure(error: PictorError): AwsFailure {
  const type = error instanceof VendorError ? error.vendorCode : EXCEPTIONS[error.code];
  // The vendor's model gives this one exception the server's fault and status 500.
  if (error.code === 'OVERLOADED') return { status: 500, type: 'ThrottlingException' };
  if (type !== undefined) return { status: 400, type };
  if (error.status < 500) return { status: 400, type: 'InvalidParameterException' };
  if (error.retryable) return { status: 503, type: 'ServiceUnavailableException' };
  return { status: 500, type: 'InternalServerError' };
}
