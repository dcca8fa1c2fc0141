import type { z } from 'zod';
import { PictorError } from '../../errors.ts';

/** Options as they come: text from a query or a form, anything from JSON. */
export type RawOptions = Readonly<Record<string, unknown>>;

type OptionsSchema = z.ZodObject<Record<string, z.ZodOptional<z.ZodType>>>;

/**
 * Validates the options of a request. Text values are read as what the schema wants, so that `?top=3` and
 * `{"top": 3}` mean the same; names that the schema does not know are ignored.
 *
 * @param schema one of the option schemas
 * @param raw values by name
 * @throws OPTION_INVALID
 */
export function parseOptions<Schema extends OptionsSchema>(
  schema: Schema,
  raw: RawOptions,
): z.output<Schema> {
  const known: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (value !== undefined) known[name] = fromText(value, field.unwrap());
  }
  const result = schema.safeParse(known);
  if (result.success) return result.data;
  const name = String(result.error.issues[0]?.path[0] ?? 'options');
  const field = schema.shape[name];
  throw new PictorError('OPTION_INVALID', {
    expected: `\`${name}\` to be ${field?.unwrap().description ?? 'valid'}`,
    received: show(raw[name]),
  });
}

/**
 * Collects the options of a query string; a name that is repeated becomes a list.
 *
 * @param query of the request's URL
 */
export function queryOptions(query: URLSearchParams): RawOptions {
  // In one pass: `getAll` for each name would look through all of them each time.
  const byName = new Map<string, string[]>();
  for (const [name, value] of query) {
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [value]);
    else values.push(value);
  }
  return Object.fromEntries(
    [...byName].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

function fromText(value: unknown, field: z.ZodType): unknown {
  const kind = field.type;
  if (kind === 'array') return toList(value);
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (kind === 'number') return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : value;
  if (kind === 'boolean')
    return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : value;
  return value;
}

function toList(value: unknown): unknown {
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((item: unknown) =>
    typeof item === 'string'
      ? item
          .split(',')
          .map((word) => word.trim())
          .filter(Boolean)
      : [item],
  );
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return (text ?? String(value)).slice(0, 100);
}
