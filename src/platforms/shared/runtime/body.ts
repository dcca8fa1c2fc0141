/**
 * Bodies in events are strings: text, or base64 with a flag beside it. Here they become bytes, and bytes become them.
 *
 * @module
 */
import { PictorError } from '../../../errors.ts';

const REPLACEMENT = '\ufffd';

/**
 * The body of an event as bytes.
 *
 * @param body as the event has it
 * @param encoded the event's base64 flag, which some write as text; absent where the platform has none
 * @param contentType of the request; says whether text can be meant
 * @throws BODY_INVALID when bytes were forced into text on their way: what is lost cannot be guessed
 */
export function readEventBody(
  body: unknown,
  encoded: unknown,
  contentType: string | null,
): Uint8Array | undefined {
  if (body === undefined || body === null || body === '') return undefined;
  if (body instanceof Uint8Array) return body;
  // Some consoles hand over a JSON body already parsed.
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body), 'utf8');
  if (/^(true|1)$/i.test(String(encoded))) return Buffer.from(body, 'base64');
  if (!isBinaryType(contentType)) return Buffer.from(body, 'utf8');
  if (body.includes(REPLACEMENT)) {
    throw new PictorError('BODY_INVALID', {
      expected: `the bytes of ${contentType}`,
      received: 'bytes that the gateway turned into text',
      fix: 'Switch binary bodies (base64) on at the gateway, or send {"picture": "<base64>"} as JSON',
    });
  }
  if (encoded === undefined && isBase64(body)) return Buffer.from(body, 'base64');
  // One character a byte is how some gateways write bytes; anything else can only be text.
  return Buffer.from(body, isByteString(body) ? 'latin1' : 'utf8');
}

/** A response body as an event result has it. */
export interface ResultBody {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/**
 * Reads a response: text stays text, anything else becomes base64.
 *
 * @param response its body is used up
 */
export async function writeResultBody(response: Response): Promise<ResultBody> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isText =
    !response.headers.has('content-encoding') && isTextType(response.headers.get('content-type'));
  const text = isText ? bytes.toString('utf8') : undefined;
  if (text !== undefined && Buffer.from(text, 'utf8').equals(bytes)) {
    return { body: text, isBase64Encoded: false };
  }
  return bytes.length === 0
    ? { body: '', isBase64Encoded: false }
    : { body: bytes.toString('base64'), isBase64Encoded: true };
}

function isTextType(contentType: string | null): boolean {
  const type = mediaType(contentType);
  return (
    type.startsWith('text/') ||
    /^application\/(json|xml|javascript|x-www-form-urlencoded|x-ndjson|openmetrics-text|yaml)$/.test(type) ||
    /\+(json|xml)$/.test(type)
  );
}

function isBinaryType(contentType: string | null): boolean {
  const type = mediaType(contentType);
  return (
    /^(image|video|audio)\//.test(type) ||
    type === 'application/octet-stream' ||
    type === 'multipart/form-data'
  );
}

function mediaType(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

function isByteString(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return false;
  return true;
}
