/**
 * Where the picture is in a request body, whatever the content type: JSON, raw bytes, multipart, a form or base64 text.
 *
 * @module
 */
import { parseBoundedJson } from '../../base/bounded-json.ts';
import { PictorError } from '../../errors.ts';
import { sniffFormat } from '../../image/formats/sniff.ts';
import { formFields, formText } from '../http/form.ts';
import { readMultipart } from '../http/multipart.ts';
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
export function findPicture(body: Uint8Array, contentType: string | null, query: RawOptions): PictureRequest {
  const found = readByType(body, contentType);
  const all = [...found.pictures, ...urls(query)];
  // A form sends the file fields that nobody filled in as well, empty.
  const pictures = all.length > 1 ? all.filter((one) => !isEmpty(one)) : all;
  const [picture = all[0]] = pictures;
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

function readByType(body: Uint8Array, contentType: string | null): Found {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('multipart/')) return fromParts(body, contentType ?? '');
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
  let start = 0;
  while ((body[start] ?? 0xff) <= 0x20) start++;
  if (body[start] === 0x7b) return readJson(body);
  if (type === 'application/x-www-form-urlencoded' || type === '') {
    const form = fromForm(body.subarray(start));
    if (form !== undefined) return form;
  }
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1').trim();
  return { pictures: text === '' ? [] : [{ kind: 'base64', text }], options: {} };
}

function bytes(body: Uint8Array): Found {
  return { pictures: [{ kind: 'bytes', bytes: body }], options: {} };
}

/** Fields beside each other, sorted into pictures and options. No name means more than itself, `__proto__` included. */
class Collected {
  readonly #options = new Map<string, unknown>();
  readonly #pictures: SentPicture[] = [];

  add(name: string, value: unknown): void {
    this.#options.set(name, value);
  }

  addPicture(picture: SentPicture): void {
    this.#pictures.push(picture);
  }

  get found(): Found {
    const { url, ...options } = Object.fromEntries(this.#options);
    return { pictures: [...this.#pictures, ...urls({ url })], options };
  }
}

function readJson(body: Uint8Array): Found {
  const value = parseBoundedJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PictorError('BODY_INVALID', {
      expected: 'a JSON object such as {"picture": "<base64>"}',
      received: Array.isArray(value) ? 'a list' : typeof value,
    });
  }
  const collected = new Collected();
  for (const [name, item] of Object.entries(value)) {
    if (isPictureField(name)) addPictures(name, item, collected);
    else collected.add(name, item);
  }
  return collected.found;
}

/** As deep as the parser lets lists be. */
function addPictures(name: string, item: unknown, collected: Collected): void {
  if (typeof item === 'string') collected.addPicture({ kind: 'base64', text: item });
  else if (Array.isArray(item)) for (const one of item) addPictures(name, one, collected);
  else if (item !== null && item !== undefined) {
    throw new PictorError('BODY_INVALID', {
      expected: `\`${name}\` to be base64 text`,
      received: typeof item,
    });
  }
}

function fromParts(body: Uint8Array, contentType: string): Found {
  const collected = new Collected();
  for (const { name, file, bytes } of readMultipart(body, contentType)) {
    const text = () => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    if (file) collected.addPicture({ kind: 'bytes', bytes });
    else if (isPictureField(name)) collected.addPicture({ kind: 'base64', text: text() });
    else collected.add(name, text());
  }
  return collected.found;
}

/** A form with a picture field; `undefined` when the text is no such form (bare base64 may end in `=`). */
function fromForm(body: Uint8Array): Found | undefined {
  const collected = new Collected();
  let isForm = false;
  for (const { name, raw, assigned } of formFields(body)) {
    const picture = isPictureField(name);
    isForm ||= assigned && (picture || name === 'url');
    if (!isForm && !(assigned && /^[\w.-]+$/.test(name))) return undefined;
    const text = formText(raw);
    // Base64 that was not percent-encoded loses its plus signs to the form's rule for spaces.
    if (picture) collected.addPicture({ kind: 'base64', text: text.replaceAll(' ', '+') });
    else collected.add(name, text);
  }
  return isForm ? collected.found : undefined;
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
