import { readFile } from 'node:fs/promises';
import { loadSharp } from '../../image/formats/decoders/sharp.ts';
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
      const small = await thumbnail(path).catch(() => undefined);
      // A picture that went meanwhile is missing from the report, not a reason to have none.
      if (small) result.set(name, `data:image/jpeg;base64,${small.toString('base64')}`);
    }),
  );
  return result;
}

async function thumbnail(path: string): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(await readFile(path), { pages: 1 })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 70 })
    .toBuffer();
}
