/**
 * Lines and zones, as a user gives them and as they are used.
 *
 * @module
 */
import * as z from 'zod';
import { PictorError } from '../../errors.ts';

const fraction = z.number().min(0).max(1);
const point = z.tuple([fraction, fraction]);
const anchor = z.enum(['center', 'bottom', 'top', 'left', 'right']);

const lineSchema = z.strictObject({
  /** What reports call it (default `line 1`, `line 2` …). */
  name: z.string().min(1).max(100).optional(),
  /** Ends, as fractions of the frame's width and height. Who walks from the first to the second has `in` at the left. */
  from: point,
  to: point,
  /** Point of a box that must cross (default `center`). */
  anchor: anchor.default('center'),
  /** Share of the box's smaller side that it must be beyond the line before that counts (default 0.1). */
  hysteresis: z.number().min(0).max(1).default(0.1),
});

const zoneSchema = z.strictObject({
  /** What reports call it (default `zone 1`, `zone 2` …). */
  name: z.string().min(1).max(100).optional(),
  /** Corners, as fractions of the frame's width and height. */
  points: z.array(point).min(3).max(200),
  /** Point of a box that must be inside (default `bottom`: where somebody stands). */
  anchor: anchor.default('bottom'),
  /** Seconds outside, or out of sight, before a visit ends (default 0.5). */
  grace: z.number().min(0).max(3600).default(0.5),
  /** Seconds after which a visit is an event of its own. */
  dwell: z.number().positive().optional(),
});

export type LineInput = z.input<typeof lineSchema>;
export type ZoneInput = z.input<typeof zoneSchema>;
export type Line = Readonly<z.output<typeof lineSchema>> & { readonly name: string };
export type Zone = Readonly<z.output<typeof zoneSchema>> & { readonly name: string };

/** At most so many of each: every one costs time in every frame. */
const MOST = 100;

/** @throws OPTION_INVALID */
export function resolveLines(lines: readonly LineInput[] = []): Line[] {
  return named(
    'line',
    lines.map((line, i) => parsed(lineSchema, line, `lines[${i}]`)),
  );
}

/** @throws OPTION_INVALID */
export function resolveZones(zones: readonly ZoneInput[] = []): Zone[] {
  return named(
    'zone',
    zones.map((zone, i) => parsed(zoneSchema, zone, `zones[${i}]`)),
  );
}

function named<Item extends { readonly name?: string | undefined }>(
  kind: string,
  items: readonly Item[],
): (Item & { readonly name: string })[] {
  if (items.length > MOST) {
    throw new PictorError('OPTION_INVALID', {
      expected: `at most ${MOST} ${kind}s`,
      received: String(items.length),
    });
  }
  const result = items.map((item, i) => ({ ...item, name: item.name ?? `${kind} ${i + 1}` }));
  const twice = result.find(({ name }, i) => result.findIndex((other) => other.name === name) !== i);
  if (twice)
    throw new PictorError('OPTION_INVALID', {
      expected: `a name of its own for each ${kind}`,
      received: twice.name,
    });
  return result;
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const answer = schema.safeParse(value);
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  throw new PictorError('OPTION_INVALID', {
    expected: `${[where, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'something else'}`,
    received: JSON.stringify(value)?.slice(0, 200) ?? 'nothing',
    fix: 'Places are fractions of the frame, from 0,0 at the upper left to 1,1',
  });
}
