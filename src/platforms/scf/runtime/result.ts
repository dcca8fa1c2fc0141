import { writeResultBody } from '../../shared/runtime/body.ts';
import { splitHeaders } from '../../shared/runtime/headers.ts';
import type { ScfEvent } from './event.ts';

/** The integrated response of SCF. */
export interface ScfResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
  /** Always there for an API gateway; for a function URL only when the body is no text. */
  readonly isBase64Encoded?: boolean;
}

/**
 * @param response what the application answered
 * @param event the question: the two triggers read different results
 */
export async function toResult(response: Response, event?: ScfEvent): Promise<ScfResult> {
  const { single, cookies } = splitHeaders(response);
  const { body, isBase64Encoded } = await writeResultBody(response);
  const isGateway = event?.requestContext !== undefined;
  return {
    statusCode: response.status,
    headers: { ...single, ...(cookies.length > 0 && { 'set-cookie': cookies }) },
    body,
    ...((isGateway || isBase64Encoded) && { isBase64Encoded }),
  };
}
