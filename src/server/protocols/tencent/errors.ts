import type { ErrorCode, PictorError } from '../../../errors.ts';
import { VendorError } from '../shared/vendor-error.ts';

/** Image analysis (TIIA) and image moderation (IMS) have codes of their own for the same faults. */
export type TencentService = 'tiia' | 'ims';

type Codes = Readonly<Partial<Record<ErrorCode, string>>>;

/** What is the same everywhere in the vendor's API. */
const COMMON: Codes = {
  OPTION_INVALID: 'InvalidParameterValue',
  BODY_INVALID: 'InvalidParameter',
  BODY_TOO_LARGE: 'RequestSizeLimitExceeded',
  CONTENT_TYPE_UNSUPPORTED: 'InvalidParameter',
  METHOD_NOT_ALLOWED: 'InvalidParameter',
  UNAUTHENTICATED: 'AuthFailure.InvalidAuthorization',
  FORBIDDEN: 'UnauthorizedOperation',
  RATE_LIMITED: 'RequestLimitExceeded',
  OVERLOADED: 'RequestLimitExceeded',
  IMAGE_URL_DISABLED: 'UnsupportedOperation',
  FEATURE_UNSUPPORTED: 'UnsupportedOperation',
  MODEL_UNKNOWN: 'UnsupportedOperation',
  MODEL_TASK_MISMATCH: 'UnsupportedOperation',
};

const TIIA: Codes = {
  IMAGE_MISSING: 'MissingParameter.ErrorParameterEmpty',
  IMAGE_EMPTY: 'InvalidParameterValue.ImageEmpty',
  IMAGE_BASE64_INVALID: 'FailedOperation.ImageDecodeFailed',
  IMAGE_FORMAT_UNSUPPORTED: 'FailedOperation.ImageNotSupported',
  IMAGE_CORRUPT: 'FailedOperation.ImageDecodeFailed',
  IMAGE_TOO_SMALL: 'FailedOperation.ImageResolutionInsufficient',
  IMAGE_TOO_LARGE: 'LimitExceeded.TooLargeFileError',
  IMAGE_TOO_MANY_PIXELS: 'FailedOperation.ImageResolutionExceed',
  IMAGE_ASPECT_RATIO: 'FailedOperation.ImageUnQualified',
  IMAGE_DECODE_TIMEOUT: 'FailedOperation.RequestTimeout',
  IMAGE_URL_FORBIDDEN: 'InvalidParameterValue.UrlIllegal',
  IMAGE_URL_FAILED: 'FailedOperation.ImageDownloadError',
  OPTION_INVALID: 'InvalidParameterValue.InvalidParameterValueLimit',
  REQUEST_TIMEOUT: 'FailedOperation.RequestTimeout',
  DEADLINE_EXCEEDED: 'FailedOperation.RequestTimeout',
};

const IMS: Codes = {
  IMAGE_MISSING: 'InvalidParameterValue.InvalidContent',
  IMAGE_EMPTY: 'InvalidParameterValue.EmptyImageContent',
  IMAGE_BASE64_INVALID: 'InvalidParameterValue.InvalidImageContent',
  IMAGE_FORMAT_UNSUPPORTED: 'InvalidParameterValue.InvalidImageContent',
  IMAGE_CORRUPT: 'InvalidParameterValue.InvalidImageContent',
  IMAGE_TOO_SMALL: 'InvalidParameterValue.ImageSizeTooSmall',
  IMAGE_TOO_LARGE: 'InvalidParameterValue.InvalidFileContentSize',
  IMAGE_TOO_MANY_PIXELS: 'InvalidParameterValue.InvalidImageContent',
  IMAGE_ASPECT_RATIO: 'InvalidParameterValue.InvalidImageContent',
  IMAGE_DECODE_TIMEOUT: 'InvalidParameterValue.InvalidImageContent',
  IMAGE_URL_FORBIDDEN: 'ResourceUnavailable.ImageDownloadError',
  IMAGE_URL_FAILED: 'ResourceUnavailable.ImageDownloadError',
  OPTION_INVALID: 'InvalidParameterValue.InvalidParameter',
};

const SERVICES: Readonly<Record<TencentService, Codes>> = { tiia: TIIA, ims: IMS };

/**
 * The vendor's code for a failure. What the vendor has no code for is the client's fault or the server's.
 *
 * @param error the failure
 * @param service which of the vendor's services was called
 */
export function tencentCode(error: PictorError, service: TencentService): string {
  if (error instanceof VendorError) return error.vendorCode;
  const code = SERVICES[service][error.code] ?? COMMON[error.code];
  return code ?? (error.status < 500 && !error.retryable ? 'InvalidParameter' : 'InternalError');
}
