import type { ErrorCode } from '../../../../errors.ts';
import type { ProtocolContext } from '../../types.ts';

/** One operation of the vendor's API. */
export interface HuaweiOperation {
  /** Name for log and metrics. */
  readonly name: string;
  /** Vendor codes that only this operation has. */
  readonly codes?: Readonly<Partial<Record<ErrorCode, string>>>;
  /**
   * @param parameters the JSON body, not yet checked
   * @returns the whole answer
   */
  answer(parameters: Readonly<Record<string, unknown>>, context: ProtocolContext): Promise<object>;
}
