import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PictorError } from '../errors.ts';
import { checkBytes, type ImageOptions, resolveLimits, tooLarge } from './limits.ts';
import type { ImageLimits, ImageSource } from './types.ts';

export async function readSource(source: ImageSource, options: ImageOptions = {}): Promise<Uint8Array> {
  const limits = resolveLimits(options.limits);
  if (source instanceof Uint8Array) {
    checkBytes(source.byteLength, limits);
    return source;
  }
  if (typeof source === 'string') return readFileBounded(source, limits);
  if (source instanceof URL && source.protocol === 'file:')
    return readFileBounded(fileURLToPath(source), limits);
  throw new PictorError('IMAGE_SOURCE_INVALID', { received: typeof source });
}

async function readFileBounded(path: string, limits: ImageLimits): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > limits.maxBytes) throw tooLarge(limits, `${size} bytes`);
    const bytes = await file.readFile();
    checkBytes(bytes.byteLength, limits);
    return bytes;
  } finally {
    await file.close();
  }
}
