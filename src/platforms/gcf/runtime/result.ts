import { splitHeaders } from '../../shared/runtime/headers.ts';

/** What goes into the framework's response. */
export interface GcfResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
}

/** @param response what the application answered */
export async function toResult(response: Response): Promise<GcfResult> {
  const { single, cookies } = splitHeaders(response);
  return {
    status: response.status,
    headers: { ...single, ...(cookies.length > 0 && { 'set-cookie': cookies }) },
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
