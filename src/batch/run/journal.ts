/**
 * What a worker had begun when it died. A picture that kills its worker is found with it: whatever was in progress is
 * tried once more, one picture at a time; the picture on which a worker died twice, alone, is given up. Once is no
 * proof: machines are taken away at any moment.
 *
 * @module
 */
import * as z from 'zod';
import type { Place } from '../place/types.ts';

const journalSchema = z.object({
  /** Inputs in progress, from the first up to, not including, the second. */
  group: z.tuple([z.int(), z.int()]).exactOptional(),
  /** The input that is tried alone. */
  alone: z.int().exactOptional(),
  /** Inputs that were alone when a worker died, once. */
  suspects: z.array(z.int()).default([]),
  /** Inputs that were alone when a worker died, twice: they are given up. */
  poison: z.array(z.int()).default([]),
});

export type Journal = Readonly<z.infer<typeof journalSchema>>;

const journalName = (chunk: number) => `begun-${String(chunk).padStart(6, '0')}.json`;

/** What an earlier worker left; undefined when none died on the chunk. */
export async function readJournal(place: Place, chunk: number): Promise<Journal | undefined> {
  const text = await place.read(journalName(chunk));
  if (text === undefined) return undefined;
  try {
    return journalSchema.parse(JSON.parse(text.toString('utf8')));
  } catch {
    return undefined;
  }
}

export async function writeJournal(place: Place, chunk: number, journal: Journal): Promise<void> {
  await place.write(journalName(chunk), Buffer.from(JSON.stringify(journal)));
}

export async function removeJournal(place: Place, chunk: number): Promise<void> {
  await place.remove(journalName(chunk));
}
