import { STATUS_CODES } from 'node:http';
import { writeResultBody } from '../../shared/runtime/body.ts';
import { splitHeaders } from '../../shared/runtime/headers.ts';
import { isAlb, isHttp, type LambdaEvent } from './event.ts';

/** What the triggers read; each takes the fields it knows. */
export interface LambdaResult {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/**
 * @param response what the application answered
 * @param event the question: each trigger has its own place for repeated headers
 */
export async function toResult(response: Response, event?: LambdaEvent): Promise<LambdaResult> {
  const { single, cookies } = splitHeaders(response);
  const base = { statusCode: response.status, ...(await writeResultBody(response)) };
  if (isAlb(event)) {
    const statusDescription = `${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim();
    // A target group with multi-value headers reads nothing else, one without reads only single ones.
    return event.multiValueHeaders
      ? { ...base, statusDescription, multiValueHeaders: listed(single, cookies) }
      : { ...base, statusDescription, headers: { ...single, ...spreadCookies(cookies) } };
  }
  if (isHttp(event)) {
    return { ...base, headers: single, ...(cookies.length > 0 && { cookies }) };
  }
  return {
    ...base,
    headers: single,
    ...(cookies.length > 0 && { multiValueHeaders: { 'set-cookie': cookies } }),
  };
}

function listed(single: Readonly<Record<string, string>>, cookies: readonly string[]) {
  const lists: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(single)) lists[name] = [value];
  if (cookies.length > 0) lists['set-cookie'] = cookies;
  return lists;
}

/** One name cannot occur twice in a map, but header names have no case: `set-cookie`, `Set-cookie`, `sEt-cookie`, … */
function spreadCookies(cookies: readonly string[]): Record<string, string> {
  return Object.fromEntries(cookies.slice(0, 512).map((cookie, i) => [caseVariant('set-cookie', i), cookie]));
}

function caseVariant(name: string, index: number): string {
  let bit = 0;
  return name.replace(/[a-z]/g, (letter) => ((index >> bit++) & 1 ? letter.toUpperCase() : letter));
}
