import type { ProtocolContext } from '../../types.ts';

/**
 * One operation of the vendor's API.
 *
 * @param parameters the JSON body, not yet checked
 * @returns the whole answer
 */
export type AwsOperation = (
  parameters: Readonly<Record<string, unknown>>,
  context: ProtocolContext,
) => Promise<object>;
