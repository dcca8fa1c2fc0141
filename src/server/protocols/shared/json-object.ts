import { type JsonBounds, parseBoundedJson } from '../../../base/bounded-json.ts';
import { PictorError } from '../../../errors.ts';

/**
 * Reads a request body that has to be a JSON object.
 *
 * @param body the whole body
 * @param bounds how much of it there may be
 * @throws BODY_INVALID
 */
export function jsonObject(body: Uint8Array, bounds?: JsonBounds): Readonly<Record<string, unknown>> {
  const value = parseBoundedJson(body, bounds);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new PictorError('BODY_INVALID', {
    expected: 'a JSON object',
    received: Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value,
  });
}
