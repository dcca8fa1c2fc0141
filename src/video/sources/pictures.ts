/**
 * A folder or glob of pictures as a video.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PictorError, toPictorError } from '../../errors.ts';
import { decodePicture } from '../../image/decode.ts';
import type { FrameSource } from '../types.ts';
import type { VideoAddress } from './address.ts';
import { openStills, type Still, type StillsOptions } from './stills.ts';

const PICTURES = '**/*.{jpg,jpeg,jpe,jfif,png,webp,tif,tiff,avif,bmp,gif}';
const FRAME_RATE = 25;

/**
 * Pictures in the order of their names, numbers by value (`frame2` before `frame10`). One that cannot be decoded is
 * left out and reported.
 *
 * @param options selection, and `frameRate`: pictures a second (default 25)
 * @throws VIDEO_NOT_FOUND when there is none
 */
export async function openPictures(
  address: Extract<VideoAddress, { kind: 'folder' | 'glob' }>,
  options: StillsOptions & { readonly frameRate?: number },
): Promise<FrameSource> {
  const { frameRate = FRAME_RATE } = options;
  const { glob } = await import('tinyglobby');
  const folder = address.kind === 'folder' ? address.path : process.cwd();
  const found = await glob(address.kind === 'folder' ? PICTURES : address.pattern, {
    cwd: folder,
    absolute: false,
    caseSensitiveMatch: false,
  });
  const collator = new Intl.Collator('en', { numeric: true });
  const names = found.toSorted(collator.compare);
  const [first] = names;
  if (first === undefined) {
    throw new PictorError('VIDEO_NOT_FOUND', { expected: `pictures in ${address.name}`, received: 'none' });
  }
  const pathOf = (name: string) => join(folder, name);
  const { width, height } = await decodePicture(await readFile(pathOf(first)));
  const damaged: string[] = [];

  async function* stills(): AsyncGenerator<Still> {
    for (const [index, name] of names.entries()) {
      try {
        const picture = await decodePicture(await readFile(pathOf(name)));
        yield { time: index / frameRate, load: async () => picture };
      } catch (thrown) {
        damaged.push(`${name} (${toPictorError(thrown).code})`);
      }
    }
  }

  const info = {
    name: address.name,
    live: false,
    width,
    height,
    frameRate,
    duration: names.length / frameRate,
    frames: names.length,
    audio: false,
    rotation: 0,
  } as const;
  return openStills(info, stills, options, () =>
    damaged.length > 0
      ? `${damaged.length} of ${names.length} pictures cannot be decoded: ${damaged[0]}`
      : undefined,
  );
}
