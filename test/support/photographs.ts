import { readdirSync, readFileSync } from 'node:fs';
import { dataPath } from './data.ts';

/** Encoded ImageNet photographs of the test data, in file order. Only inside `describeWithData`. */
export function photographs(count: number): Uint8Array[] {
  return readdirSync(dataPath('imagenet'))
    .filter((name) => name.endsWith('.JPEG'))
    .slice(0, count)
    .map((name) => readFileSync(dataPath('imagenet', name)));
}
