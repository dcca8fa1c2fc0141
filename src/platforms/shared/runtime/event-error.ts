import { PictorError } from '../../../errors.ts';

/**
 * The error for an event that is no HTTP request.
 *
 * @param event as the platform handed it over
 * @param expected what it should have been, a noun phrase
 * @param fix a phrase
 */
export function notAnHttpEvent(event: unknown, expected: string, fix: string): PictorError {
  const fields = typeof event === 'object' && event !== null ? Object.keys(event) : [];
  return new PictorError('BODY_INVALID', {
    expected,
    received: `an event with ${fields.join(', ').slice(0, 100) || 'nothing in it'}`,
    fix,
  });
}
