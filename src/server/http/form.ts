/**
 * Forms (`application/x-www-form-urlencoded`) from strangers: cut at their ampersands first, decoded only where somebody
 * asks for a value.
 *
 * @module
 */
import { percentDecodedBytes } from '../../base/percent.ts';
import { PictorError } from '../../errors.ts';

export interface FormBounds {
  readonly maxFields: number;
  /** Bytes of an encoded name. */
  readonly maxNameBytes: number;
}

/** More than any form with a picture has. */
export const DEFAULT_FORM_BOUNDS: FormBounds = { maxFields: 256, maxNameBytes: 256 };

/** One field, its value as it was sent. */
export interface FormField {
  readonly name: string;
  readonly raw: Uint8Array;
  /** Whether there was an equals sign. */
  readonly assigned: boolean;
}

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PLUS = 0x2b;
const SPACE = 0x20;

/**
 * The fields of a form, one after the other; empty ones are left out. Values are views into the body.
 *
 * @param body the form's bytes
 * @param bounds default `DEFAULT_FORM_BOUNDS`
 * @throws BODY_INVALID for too many fields or a name that is too long
 */
export function* formFields(
  body: Uint8Array,
  { maxFields, maxNameBytes }: FormBounds = DEFAULT_FORM_BOUNDS,
): Generator<FormField> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let separators = 0;
  for (let start = 0; start <= bytes.length; ) {
    if (separators++ >= maxFields) throw invalid(`at most ${maxFields} fields in a form`);
    const ampersand = bytes.indexOf(AMPERSAND, start);
    const end = ampersand < 0 ? bytes.length : ampersand;
    const field = bytes.subarray(start, end);
    start = end + 1;
    if (field.length === 0) continue;
    const equals = field.subarray(0, maxNameBytes + 1).indexOf(EQUALS);
    if (equals < 0 && field.length > maxNameBytes) {
      throw invalid(`names of at most ${maxNameBytes} bytes in a form`);
    }
    const name = formText(equals < 0 ? field : field.subarray(0, equals));
    const raw = equals < 0 ? field.subarray(field.length) : field.subarray(equals + 1);
    yield { name, raw, assigned: equals >= 0 };
  }
}

/**
 * The text of a name or a value: plus signs are spaces, `%xx` are bytes of UTF-8. What is not well-formed stays or becomes
 * U+FFFD, as the URL standard has it.
 *
 * @see https://url.spec.whatwg.org/#urlencoded-parsing
 */
export function formText(raw: Uint8Array): string {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const plus = bytes.includes(PLUS);
  if (!plus && !bytes.includes(0x25)) return bytes.toString('utf8');
  const decoded = percentDecodedBytes(bytes, plus ? (byte) => (byte === PLUS ? SPACE : byte) : undefined);
  return decoded.toString('utf8');
}

/** All fields, decoded; of a name that comes more than once the last one counts. */
export function formMap(fields: Iterable<FormField>): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const { name, raw } of fields) map.set(name, formText(raw));
  return map;
}

function invalid(expected: string): PictorError {
  return new PictorError('BODY_INVALID', { expected, received: 'more' });
}
