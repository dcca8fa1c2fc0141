import { writeResultBody } from './body.ts';
import { splitHeaders } from './headers.ts';

/** A result whose headers are a plain map: one value for each name. */
export interface PlainResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly isBase64Encoded: boolean;
  readonly body: string;
}

/** @param response what the application answered; of several cookies only the first fits into a plain map */
export async function toPlainResult(response: Response): Promise<PlainResult> {
  const { single, cookies } = splitHeaders(response);
  const [cookie] = cookies;
  return {
    statusCode: response.status,
    headers: { ...single, ...(cookie !== undefined && { 'set-cookie': cookie }) },
    ...(await writeResultBody(response)),
  };
}
