import type { ProtocolContext } from '../../types.ts';
import type { TencentService } from '../errors.ts';

/** One action of the vendor's API. */
export interface TencentAction {
  readonly service: TencentService;
  /**
   * @param parameters as parsed from the request, not yet checked
   * @returns the members of `Response`, without the request id
   */
  answer(parameters: Readonly<Record<string, unknown>>, context: ProtocolContext): Promise<object>;
}
