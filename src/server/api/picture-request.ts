/**
 * Where the picture is in a request body, whatever the content type: JSON, raw bytes, multipart, a form or base64 text.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import { sniffFormat } from '../../image/formats/sniff.ts';
import type { RawOptions } from './options.ts';

/** Names under which a picture may stand in JSON or a form. */
const PICTURE_FIELDS = ['picture', 'image', 'file'] as const;

/** The picture as sent, not yet fetched or decoded from base64. */
export type SentPicture =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'base64'; readonly text: string }
  | { readonly kind: 'url'; readonly url: string };

export interface PictureRequest {
  readonly picture: SentPicture;
  /** Options that stood beside the picture. */
  readonly options: RawOptions;
}

/**
 * Finds the one picture and the options in a request.
 *
 * Clients that send JSON without saying so are common (Python's `requests` and `urllib` with `data=json.dumps(…)`), so
 * the body itself decides where the content type is absent, a form's, or plain text.
 *
 * @param body the whole body
 * @param contentType the `Content-Type` header
 * @param query options of the URL; `url` in it counts as a picture
 * @throws IMAGE_MISSING, IMAGE_EMPTY, IMAGE_AMBIGUOUS, BODY_INVALID, CONTENT_TYPE_UNSUPPORTED
 */
export async function findPicture(
  body: Uint8Array,
  contentType: string | null,
  query: RawOptions,
): Promise<PictureRequest> {
  const found = await readByType(body, contentType);
  const pictures = [...found.pictures, ...urls(query)];
  const [picture] = pictures;
  if (picture === undefined) throw missing();
  if (pictures.length > 1)
    throw new PictorError('IMAGE_AMBIGUOUS', { received: `${pictures.length} pictures` });
  if (isEmpty(picture)) throw new PictorError('IMAGE_EMPTY');
  return { picture, options: { ...found.options, ...query } };
}

interface Found {
  readonly pictures: readonly SentPicture[];
  readonly options: RawOptions;
}

async function readByType(body: Uint8Array, contentType: string | null): Promise<Found> {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'multipart/form-data') return readMultipart(body, contentType ?? '');
  const known =
    type === '' ||
    type === 'application/json' ||
    type.endsWith('+json') ||
    type.startsWith('image/') ||
    type === 'application/octet-stream' ||
    type === 'binary/octet-stream' ||
    type === 'text/plain' ||
    type === 'application/base64' ||
    type === 'application/x-www-form-urlencoded';
  if (!known) {
    throw new PictorError('CONTENT_TYPE_UNSUPPORTED', {
      expected:
        'application/json, image/*, application/octet-stream, multipart/form-data, application/x-www-form-urlencoded or text/plain',
      received: type.slice(0, 100),
    });
  }
  if (body.byteLength === 0) return { pictures: [], options: {} };
  if (type === 'application/json' || type.endsWith('+json')) return readJson(body);
  if (type.startsWith('image/') || type.endsWith('octet-stream')) return bytes(body);
  return readBySight(body, type);
}

/** No content type that can be trusted: a picture's first bytes, an opening brace, a form, else base64 text. */
function readBySight(body: Uint8Array, type: string): Found {
  if (sniffFormat(body) !== undefined) return bytes(body);
  const first = body.find((byte) => byte > 0x20);
  if (first === 0x7b) return readJson(body);
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1').trim();
  if (type === 'application/x-www-form-urlencoded' || type === '') {
    const form = readForm(text);
    if (form !== undefined) return form;
  }
  return { pictures: text === '' ? [] : [{ kind: 'base64', text }], options: {} };
}

function bytes(body: Uint8Array): Found {
  return { pictures: [{ kind: 'bytes', bytes: body }], options: {} };
}

function readJson(body: Uint8Array): Found {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new PictorError('BODY_INVALID', { expected: 'JSON', received: 'text that is not JSON', cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PictorError('BODY_INVALID', {
      expected: 'a JSON object such as {"picture": "<base64>"}',
      received: Array.isArray(value) ? 'a list' : typeof value,
    });
  }
  const options: Record<string, unknown> = {};
  const pictures: SentPicture[] = [];
  for (const [name, item] of Object.entries(value)) {
    if (isPictureField(name)) pictures.push(...fromJson(name, item));
    else options[name] = item;
  }
  pictures.push(...urls(options));
  delete options['url'];
  return { pictures, options };
}

function fromJson(name: string, item: unknown): SentPicture[] {
  if (typeof item === 'string') return [{ kind: 'base64', text: item }];
  if (Array.isArray(item)) return item.flatMap((one: unknown) => fromJson(name, one));
  if (item === null || item === undefined) return [];
  throw new PictorError('BODY_INVALID', { expected: `\`${name}\` to be base64 text`, received: typeof item });
}

async function readMultipart(body: Uint8Array, contentType: string): Promise<Found> {
  let form: FormData;
  try {
    form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    throw new PictorError('BODY_INVALID', {
      expected: 'multipart/form-data with its boundary',
      received: 'a body that does not parse as such',
      cause,
    });
  }
  const options: Record<string, unknown> = {};
  const pictures: SentPicture[] = [];
  for (const [name, item] of form) {
    if (typeof item !== 'string') {
      pictures.push({ kind: 'bytes', bytes: new Uint8Array(await item.arrayBuffer()) });
    } else if (isPictureField(name)) pictures.push({ kind: 'base64', text: item });
    else options[name] = item;
  }
  pictures.push(...urls(options));
  delete options['url'];
  return { pictures, options };
}

/** A form with a picture field; `undefined` when the text is no such form (bare base64 may end in `=`). */
function readForm(text: string): Found | undefined {
  const start = /^(?:[\w.-]+=[^&]*&)*(?:picture|image|file|url)=/;
  if (!start.test(text)) return undefined;
  const options: Record<string, unknown> = {};
  const pictures: SentPicture[] = [];
  for (const [name, item] of new URLSearchParams(text)) {
    // Base64 that was not percent-encoded loses its plus signs to the form's rule for spaces.
    if (isPictureField(name)) pictures.push({ kind: 'base64', text: item.replaceAll(' ', '+') });
    else options[name] = item;
  }
  pictures.push(...urls(options));
  delete options['url'];
  return { pictures, options };
}

function urls(options: RawOptions): SentPicture[] {
  const { url } = options;
  if (url === undefined || url === null) return [];
  const all: unknown[] = Array.isArray(url) ? url : [url];
  return all.map((one) => {
    if (typeof one === 'string') return { kind: 'url', url: one };
    throw new PictorError('BODY_INVALID', { expected: '`url` to be text', received: typeof one });
  });
}

function isPictureField(name: string): boolean {
  return (PICTURE_FIELDS as readonly string[]).includes(name);
}

function isEmpty(picture: SentPicture): boolean {
  if (picture.kind === 'bytes') return picture.bytes.byteLength === 0;
  if (picture.kind === 'base64') return picture.text.trim() === '';
  return picture.url === '';
}

function missing(): PictorError {
  return new PictorError('IMAGE_MISSING', {
    expected:
      'JSON {"picture": "<base64>"}, raw bytes as image/*, a multipart field `picture`, or base64 text',
    received: 'none',
  });
}
