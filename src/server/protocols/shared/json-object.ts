import { PictorError } from '../../../errors.ts';

/**
 * Reads a request body that has to be a JSON object.
 *
 * @param body the whole body
 * @throws BODY_INVALID
 */
export function jsonObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new PictorError('BODY_INVALID', { expected: 'JSON', received: 'text that is not JSON', cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new PictorError('BODY_INVALID', {
    expected: 'a JSON object',
    received: Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value,
  });
}
