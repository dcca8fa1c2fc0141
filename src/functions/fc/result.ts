import { writeResultBody } from '../body.ts';
import { splitHeaders } from '../headers.ts';

/** What the HTTP trigger reads. */
export interface FcResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly isBase64Encoded: boolean;
  readonly body: string;
}

/** @param response what the application answered; of several cookies only the first fits into a plain map */
export async function toResult(response: Response): Promise<FcResult> {
  const { single, cookies } = splitHeaders(response);
  const [cookie] = cookies;
  return {
    statusCode: response.status,
    headers: { ...single, ...(cookie !== undefined && { 'set-cookie': cookie }) },
    ...(await writeResultBody(response)),
  };
}
