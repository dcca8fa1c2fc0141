/**
 * What a picture costs by its size, from a thumbnail to what a camera makes.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { BenchModel } from '../contenders/contender.ts';
import { median } from '../statistics.ts';
import { startSubject } from '../subject.ts';
import type { Settings } from './settings.ts';

const MEGAPIXELS = [0.1, 0.2, 1, 4, 12, 24] as const;
const KEYS = ['pictor', 'main-thread', 'transformers', 'opencv'] as const;

export interface PictureSizeResult {
  readonly model: string;
  readonly rows: readonly {
    readonly megapixels: number;
    /** Milliseconds for one picture with one caller, by contender. */
    readonly latencyMs: Readonly<Record<string, number>>;
    /** Milliseconds of processor time a picture, by contender. */
    readonly cpuMs: Readonly<Record<string, number>>;
  }[];
}

export async function pictureSize(model: BenchModel, settings: Settings): Promise<PictureSizeResult> {
  const { pictures, folder, cores, turnMs, quick } = settings;
  const sizes = quick ? MEGAPIXELS.filter((size) => size <= 4) : MEGAPIXELS;
  const subjects = [];
  for (const key of KEYS) {
    const subject = await startSubject(key, model, { cores }).catch(() => undefined);
    if (subject) subjects.push(subject);
  }
  const rows = [];
  for (const megapixels of sizes) {
    const path = join(folder, `${megapixels}.jpg`);
    const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3));
    const jpeg = await sharp(pictures[0])
      .resize(width, Math.round((width * 3) / 4), { fit: 'cover' })
      .toColourspace('srgb')
      .jpeg({ quality: 90 })
      .toBuffer();
    await writeFile(path, jpeg);
    const latencyMs: Record<string, number> = {};
    const cpuMs: Record<string, number> = {};
    for (const subject of subjects) {
      const run = await subject.run([path], 1, turnMs / 2);
      latencyMs[subject.key] = median(run.latencies);
      cpuMs[subject.key] = run.cpuMs / run.pictures;
    }
    rows.push({ megapixels, latencyMs, cpuMs });
  }
  await Promise.all(subjects.map((subject) => subject.close()));
  return { model: model.id, rows };
}
