import { readFile } from 'node:fs/promises';
import { thumbnail } from '../../image/draw/thumbnail.ts';
import type { SuspectLabel } from '../checks/types.ts';
import type { Measures } from './measures.ts';

/** Pictures that a report shows of one kind. */
export const SHOWN_PICTURES = 24;

/** Pixels of the longer side. */
const SIDE = 160;

/** Small pictures by name, as `data:` addresses. */
export type Thumbnails = ReadonlyMap<string, string>;

/** Small versions of the worst mistakes and of the pictures whose labels are in doubt. */
export async function thumbnailsFor(
  { pictures }: { readonly pictures: readonly { readonly name: string; readonly path: string }[] },
  { mistakes }: Pick<Measures, 'mistakes'>,
  suspects: readonly SuspectLabel[],
): Promise<Thumbnails> {
  const names = new Set([
    ...mistakes.slice(0, SHOWN_PICTURES).map(({ name }) => name),
    ...suspects.slice(0, SHOWN_PICTURES).map(({ name }) => name),
  ]);
  const paths = pictures.flatMap(({ name, path }) => (names.has(name) ? [{ name, path }] : []));
  const result = new Map<string, string>();
  await Promise.all(
    paths.map(async ({ name, path }) => {
      const found = await small(path).catch(() => undefined);
      // A picture that went meanwhile is missing from the report, not a reason to have none.
      if (found) result.set(name, `data:image/jpeg;base64,${found.toString('base64')}`);
    }),
  );
  return result;
}

async function small(path: string): Promise<Buffer> {
  return Buffer.from(await thumbnail(await readFile(path), SIDE));
}
