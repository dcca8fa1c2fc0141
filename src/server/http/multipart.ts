/**
 * multipart/form-data (RFC 7578) without copies: parts are views into the body. The platform's own parser makes a Blob of
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

const LINE_AND_DASHES = Buffer.from('\r\n--', 'latin1');
const DASH = 0x2d;

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
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw invalid('multipart/form-data with its boundary');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
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
      found.push({ start: at, end });
      if (bytes[end] === DASH && bytes[end + 1] === DASH) return found;
      if (found.length > most) throw invalid(`at most ${most - 1} parts in a form`);
      at = bytes.indexOf(LINE_AND_DASHES, end);
    } else {
      if (++misses > MAX_FALSE_BOUNDARIES) throw invalid('a boundary that the parts do not resemble');
      at = bytes.indexOf(LINE_AND_DASHES, at + 2);
    }
  }
  return found;
}

/** @param part from the end of its boundary's line to the line break before the next one */
function readPart(part: Buffer, maxHeaderBytes: number): FormPart {
  const head = part.subarray(0, maxHeaderBytes + 4);
  const end = head.indexOf('\r\n\r\n');
  if (end < 0) throw invalid(`parts with headers of at most ${maxHeaderBytes} bytes`);
  const headers = new Map<string, string>();
  for (const line of head.subarray(0, end).toString('utf8').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1));
  }
  const disposition = parameters(headers.get('content-disposition') ?? '');
  const name = disposition.get('name');
  if (disposition.get('') !== 'form-data' || name === undefined) {
    throw invalid('parts with `Content-Disposition: form-data; name="…"`');
  }
  const type = (headers.get('content-type') ?? '').trim().toLowerCase();
  const binary = type.startsWith('image/') || type.startsWith('application/octet-stream');
  const file = disposition.has('filename') || disposition.has('filename*') || binary;
  return { name, file, bytes: part.subarray(end + 4) };
}

function boundaryOf(contentType: string): string | undefined {
  const boundary = parameters(contentType.slice(0, 1000)).get('boundary');
  return boundary === undefined || boundary === '' || boundary.length > 200 ? undefined : boundary;
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
