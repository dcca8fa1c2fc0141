/**
 * Small pictures of a video: its frames along the time, and each object at its largest. All in one file, a JPEG after
 * the other, with an index beside it.
 *
 * @module
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { Pixels } from '../../../image/types.ts';
import { objectJpeg } from '../../../video/output/object-jpeg.ts';
import type { FrameObject } from '../../../video/types.ts';

/** Longest side of a frame's picture, and sides of an object's, pixels. */
const FRAME_SIDE = 240;
const OBJECT_SIDE = 96;
/** Pictures of frames, at least a second apart. */
const MOST_FRAMES = 600;
const MOST_OBJECTS = 2000;
/** A new picture of the same object is made when it is that much larger. */
const LARGER = 1.5;

/** A picture in the index. */
export interface Thumbnail {
  /** Seconds. */
  readonly time: number;
  /** Identity, where it is the picture of an object. */
  readonly object?: number;
  readonly label?: string;
  readonly offset: number;
  readonly bytes: number;
}

/** Writes pictures while a video is read. */
export class ThumbnailWriter implements AsyncDisposable {
  readonly #pictures: FileHandle;
  readonly #index: FileHandle;
  readonly #interval: number;
  readonly #areas = new Map<number, number>();
  #next = Number.NEGATIVE_INFINITY;
  #frames = 0;
  #offset = 0;

  private constructor(pictures: FileHandle, index: FileHandle, interval: number) {
    this.#pictures = pictures;
    this.#index = index;
    this.#interval = interval;
  }

  /**
   * @param pictures path of the JPEGs
   * @param index path of a line of JSON for each
   * @param duration of the video, seconds, where it is known
   */
  static async open(pictures: string, index: string, duration = 0): Promise<ThumbnailWriter> {
    const interval = Math.max(1, duration / MOST_FRAMES);
    return new ThumbnailWriter(await open(pictures, 'w'), await open(index, 'w'), interval);
  }

  async write(picture: Pixels, time: number, objects: readonly FrameObject[] = []): Promise<void> {
    if (time >= this.#next && this.#frames < MOST_FRAMES) {
      this.#next = time + this.#interval;
      this.#frames += 1;
      await this.#append(await frameJpeg(picture), { time });
    }
    for (const { id, label, box } of objects) {
      if (id === undefined) continue;
      const area = box.width * box.height;
      const known = this.#areas.get(id);
      if (known === undefined ? this.#areas.size >= MOST_OBJECTS : area < LARGER * known) continue;
      this.#areas.set(id, area);
      await this.#append(await objectJpeg(picture, box, OBJECT_SIDE), { time, object: id, label });
    }
  }

  async #append(jpeg: Uint8Array, what: Omit<Thumbnail, 'offset' | 'bytes'>): Promise<void> {
    await this.#pictures.write(jpeg);
    const line = { ...what, offset: this.#offset, bytes: jpeg.length };
    this.#offset += jpeg.length;
    // Last, so that what the index names is there.
    await this.#index.write(`${JSON.stringify(line)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pictures.close();
    await this.#index.close();
  }
}

/**
 * Finds a picture: of an object the newest, which is the largest; of the frames the last one up to a time, or the first.
 *
 * @param index path of the index
 */
export async function findThumbnail(
  index: string,
  wanted: { readonly object: number } | { readonly time: number },
): Promise<Thumbnail | undefined> {
  const lines = (await readFile(index, 'utf8')).split('\n').slice(0, -1);
  const all = lines.map((line) => JSON.parse(line) as Thumbnail);
  if ('object' in wanted) return all.findLast(({ object }) => object === wanted.object);
  const frames = all.filter(({ object }) => object === undefined);
  return frames.findLast(({ time }) => time <= wanted.time) ?? frames[0];
}

async function frameJpeg({ width, height, data }: Pixels): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(FRAME_SIDE, FRAME_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 70 })
    .toBuffer();
}
