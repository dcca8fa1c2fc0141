import { type ErrorCode, type ErrorDetails, PictorError } from '../../../errors.ts';

/** A failure for which the vendor has a finer code than follows from Pictor's own. */
export class VendorError extends PictorError {
  /** As the vendor spells it, e.g. `AuthFailure.SignatureExpire`. */
  readonly vendorCode: string;

  /**
   * @param code Pictor's own, for log and metrics
   * @param vendorCode the vendor's
   */
  constructor(code: ErrorCode, vendorCode: string, details: ErrorDetails = {}) {
    super(code, details);
    this.vendorCode = vendorCode;
  }
}
