/**
 * multipart/form-data (RFC 7578), as clients really send it, without copies: parts are views into the body. The platform's own parser makes a Blob of
 * every part, and has no bound on their number.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';

export interface MultipartBounds {
  readonly maxParts: number;
  /** Bytes of the headers of one part. */
  readonly maxHeaderBytes: number;
}

export const DEFAULT_MULTIPART_BOUNDS: MultipartBounds = { maxParts: 64, maxHeaderBytes: 8 * 1024 };

export interface FormPart {
  readonly name: string;
  /** Whether it is a file: it has a file name, or says that it holds no text. */
  readonly file: boolean;
  readonly bytes: Uint8Array;
}

/** Of a header; each is searched for to the end of it. */
const MAX_PARAMETERS = 16;

/** Lines that begin like a boundary and are none: a picture has hardly one. */
const MAX_FALSE_BOUNDARIES = 10_000;

/** Line breaks are CRLF; shell scripts and old clients send LF alone. */
const LINE_AND_DASHES = Buffer.from('\n--', 'latin1');
const DASH = 0x2d;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Of a boundary, bytes. The RFC allows 70. */
const MAX_BOUNDARY = 200;

/**
 * The parts of a form.
 *
 * @param body the whole body
 * @param contentType with the boundary
 * @throws BODY_INVALID
 */
export function readMultipart(
  body: Uint8Array,
  contentType: string,
  { maxParts, maxHeaderBytes }: MultipartBounds = DEFAULT_MULTIPART_BOUNDS,
): FormPart[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const boundary = boundaryOf(contentType) ?? boundaryIn(bytes);
  if (boundary === undefined) throw invalid('multipart/form-data with its boundary');
  const delimiters = findDelimiters(bytes, Buffer.from(boundary, 'latin1'), maxParts + 1);
  const parts: FormPart[] = [];
  for (const [i, { end: start }] of delimiters.entries()) {
    if (bytes[start] === DASH && bytes[start + 1] === DASH) return parts;
    const next = delimiters[i + 1];
    // A form that stops before its last boundary did not arrive whole.
    if (next === undefined) break;
    parts.push(readPart(bytes.subarray(start, next.start), maxHeaderBytes));
  }
  throw invalid('multipart/form-data that ends with its boundary');
}

interface Delimiter {
  /** Where the line break before it begins. */
  readonly start: number;
  /** What follows the boundary. */
  readonly end: number;
}

function findDelimiters(bytes: Buffer, boundary: Buffer, most: number): Delimiter[] {
  const found: Delimiter[] = [];
  const fits = (at: number) => bytes.subarray(at, at + boundary.length).equals(boundary);
  if (bytes[0] === DASH && bytes[1] === DASH && fits(2)) found.push({ start: 0, end: 2 + boundary.length });
  let misses = 0;
  for (let at = bytes.indexOf(LINE_AND_DASHES); at >= 0; ) {
    const end = at + LINE_AND_DASHES.length + boundary.length;
    if (fits(at + LINE_AND_DASHES.length)) {
      found.push({ start: bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at, end });
      if (bytes[end] === DASH && bytes[end + 1] === DASH) return found;
      if (found.length > most) throw invalid(`at most ${most - 1} parts in a form`);
      at = bytes.indexOf(LINE_AND_DASHES, end);
    } else {
      if (++misses > MAX_FALSE_BOUNDARIES) throw invalid('a boundary that the parts do not resemble');
      at = bytes.indexOf(LINE_AND_DASHES, at + 1);
    }
  }
  return found;
}

/** @param part from the end of its boundary to the line break before the next one */
function readPart(part: Buffer, maxHeaderBytes: number): FormPart {
  const head = part.subarray(0, maxHeaderBytes + 4);
  const end = endOfHeaders(head);
  if (end === undefined) throw invalid(`parts with headers of at most ${maxHeaderBytes} bytes`);
  const headers = readHeaders(head.subarray(0, end).toString('utf8'));
  const disposition = parameters(headers.get('content-disposition') ?? '');
  const type = (headers.get('content-type') ?? '').trim().toLowerCase();
  const binary = type.startsWith('image/') || type.startsWith('application/octet-stream');
  const file = disposition.has('filename') || disposition.has('filename*') || binary;
  const name = disposition.get('name') ?? extended(disposition.get('name*')) ?? (file ? '' : undefined);
  if (name === undefined) throw invalid('parts with `Content-Disposition: form-data; name="…"`');
  return { name, file, bytes: decodeTransfer(part.subarray(end), headers.get('content-transfer-encoding')) };
}

/** Where the bytes of a part begin: after the first empty line, whichever way lines end. */
function endOfHeaders(head: Buffer): number | undefined {
  // The line of the boundary itself, which may have blanks at its end, ends at the first of these.
  for (let at = head.indexOf(LINE_FEED); at >= 0; at = head.indexOf(LINE_FEED, at + 1)) {
    if (head[at + 1] === LINE_FEED) return at + 2;
    if (head[at + 1] === CARRIAGE_RETURN && head[at + 2] === LINE_FEED) return at + 3;
  }
  return undefined;
}

function readHeaders(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  // A line that begins with a blank goes on with the one before it (RFC 5322, 2.2.3).
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

/** RFC 7578 has no more use for it; Java's and PHP's older clients send it all the same. */
function decodeTransfer(bytes: Buffer, encoding: string | undefined): Uint8Array {
  switch (encoding?.toLowerCase()) {
    case 'base64':
      return Buffer.from(bytes.toString('latin1'), 'base64');
    case undefined:
    case '':
    case 'binary':
    case '8bit':
    case '7bit':
      return bytes;
    default:
      throw invalid('parts in `Content-Transfer-Encoding: binary` or `base64`');
  }
}

/** `utf-8''%E7%85%A7` → 照 (RFC 8187). */
function extended(value: string | undefined): string | undefined {
  const encoded = value?.split("'", 3)[2];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function boundaryOf(contentType: string): string | undefined {
  const boundary = parameters(contentType.slice(0, 1000)).get('boundary');
  return boundary === undefined || boundary === '' || boundary.length > MAX_BOUNDARY ? undefined : boundary;
}

/** What clients that set the content type by hand leave out stands in the body's first line. */
function boundaryIn(bytes: Buffer): string | undefined {
  const line = /^\r?\n?--([^\r\n]{1,200}?)[ \t]*\r?\n/.exec(bytes.toString('latin1', 0, MAX_BOUNDARY + 8));
  return line?.[1];
}

/** The value of a header (under `''`) and its parameters by name. Quoted text may hold `\"`, or `%22` as browsers write it. */
function parameters(header: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const form = /\s*([^=;\s]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*)))?/y;
  for (let at = 0; at < header.length && found.size < MAX_PARAMETERS; ) {
    form.lastIndex = at;
    const match = form.exec(header);
    if (match === null) break;
    const [whole, name = '', quoted, plain] = match;
    const value = quoted?.replaceAll('%22', '"').replace(/\\(["\\])/g, '$1') ?? plain?.trim();
    if (at === 0 && value === undefined) found.set('', name.toLowerCase());
    else found.set(name.toLowerCase(), value ?? '');
    const semicolon = header.indexOf(';', at + whole.length);
    if (semicolon < 0) break;
    at = semicolon + 1;
  }
  return found;
}

function invalid(expected: string): PictorError {
  return new PictorError('BODY_INVALID', { expected, received: 'a body that does not parse as such' });
}
