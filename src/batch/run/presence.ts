/**
 * Which workers there are: each says every quarter of a minute that it lives. Nothing depends on it but what people are
 * shown.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import type { Place } from '../place/types.ts';

const PREFIX = 'worker-';
const EVERY_MS = 15_000;
/** A worker that was silent for so long is taken for dead. */
const SILENT_MS = 60_000;

const presenceSchema = z.object({
  host: z.string(),
  pid: z.int(),
  /** `alone`, `queue`, or its share as `i/n`. */
  share: z.string(),
  rows: z.int(),
  failed: z.int(),
});

export type Presence = Readonly<z.infer<typeof presenceSchema>>;

/** The workers that were heard of in the last minute, by the clock of the place. */
export async function workersAt(place: Place): Promise<Presence[]> {
  const entries = await place.list(PREFIX);
  const newest = Math.max(Date.now(), ...entries.map(({ modifiedMs }) => modifiedMs));
  const recent = entries.filter(({ modifiedMs }) => newest - modifiedMs < SILENT_MS);
  const found = await Promise.all(recent.map(({ name }) => place.read(name)));
  return found.flatMap((text) => {
    if (text === undefined) return [];
    try {
      return [presenceSchema.parse(JSON.parse(text.toString('utf8')))];
    } catch {
      return [];
    }
  });
}

/**
 * Refuses a second worker of the same share on this machine: both would do the same chunks.
 *
 * @throws BATCH_PLAN_INVALID
 */
export async function requireOnly(place: Place, share: string): Promise<void> {
  if (share === 'queue') return;
  const twin = (await workersAt(place)).find(
    ({ host, pid, share: theirs }) =>
      theirs === share && host === hostname() && pid !== process.pid && isAlive(pid),
  );
  if (twin === undefined) return;
  throw new PictorError('BATCH_PLAN_INVALID', {
    expected: `no other worker that does ${share === 'alone' ? 'all chunks' : `the share ${share}`} of ${place.url}`,
    received: `process ${twin.pid}, which does`,
    fix: 'Wait for it, or share the run: --queue redis://…, or --index i/n',
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Says that this worker lives, until it is disposed of. */
export async function announce(
  place: Place,
  share: string,
  progress: () => { readonly rows: number; readonly failed: number },
): Promise<AsyncDisposable> {
  const name = `${PREFIX}${randomUUID()}.json`;
  const say = () => {
    const presence: Presence = { host: hostname(), pid: process.pid, share, ...progress() };
    return place.write(name, Buffer.from(JSON.stringify(presence)));
  };
  await say();
  let saying: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // A place that is away for a moment is the chunks' business.
    saying = say().catch(() => {});
  }, EVERY_MS);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await saying;
      await place.remove(name).catch(() => {});
    },
  };
}
