import type { z } from 'zod';
import { PictorError } from '../../../errors.ts';

/**
 * Checks parameters against a schema. What the schema does not name is ignored, as the vendors do.
 *
 * @param schema of the parameters
 * @param value as parsed from the request
 * @throws OPTION_INVALID, which names the first parameter that is wrong
 */
export function parseParameters<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PictorError('OPTION_INVALID', {
    expected: `\`${issue?.path.join('.') || 'parameters'}\`: ${issue?.message ?? 'a valid value'}`,
  });
}
