import { resolve } from 'node:path';
import { localPlace } from './local-place.ts';
import { parseS3, s3Place } from './s3-place.ts';
import type { Place } from './types.ts';

/**
 * Opens the place of a run.
 *
 * @param address a folder, or `s3://bucket/prefix`
 */
export async function openPlace(address: string): Promise<Place> {
  const inBucket = parseS3(address);
  if (inBucket === undefined) return localPlace(resolve(address));
  const { openS3 } = await import('./s3-client.ts');
  return s3Place(openS3(), inBucket);
}
