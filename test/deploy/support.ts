import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { packFunction } from '../../src/deploy/pack/pack-function.ts';
import type { PackOptions, PackReport } from '../../src/deploy/pack/types.ts';
import { writeSmallModel } from '../support/small-models.ts';

/** A temporary folder, a small model in it, and a way to pack it there. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
  /** Path of a model that tells red, green and blue apart. */
  readonly model: string;
  pack(name: string, options: Partial<PackOptions> & Pick<PackOptions, 'platform'>): Promise<PackReport>;
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-test-pack-'));
  const { path: model } = await writeSmallModel(folder, 'colours');
  return {
    folder,
    model,
    pack: (name, options) => packFunction({ model, out: join(folder, name), ...options }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A JPEG of one colour. */
export function picture(background: string): Promise<Buffer> {
  return sharp({ create: { width: 40, height: 30, channels: 3, background } })
    .jpeg()
    .toBuffer();
}
