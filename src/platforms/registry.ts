/**
 * The platforms that come with Pictor.
 *
 * @module
 */
import { PictorError } from '../errors.ts';
import { azure } from './azure/platform.ts';
import { container } from './container/platform.ts';
import { fc } from './fc/platform.ts';
import { functiongraph } from './functiongraph/platform.ts';
import { gcf } from './gcf/platform.ts';
import { lambda } from './lambda/platform.ts';
import { scf } from './scf/platform.ts';
import type { Platform } from './shared/platform.ts';

export const PLATFORMS: readonly Platform[] = [scf, lambda, fc, functiongraph, gcf, azure, container];

export const PLATFORM_IDS: readonly string[] = PLATFORMS.map(({ id }) => id);

/**
 * A platform by its id; a definition is given back as it is.
 *
 * @throws PLATFORM_UNKNOWN
 */
export function platformOf(platform: string | Platform): Platform {
  if (typeof platform !== 'string') return platform;
  const known = PLATFORMS.find(({ id }) => id === platform);
  if (known) return known;
  throw new PictorError('PLATFORM_UNKNOWN', {
    expected: `one of ${PLATFORM_IDS.join(', ')}`,
    received: platform,
  });
}

/**
 * What several values can be chosen from, by platform, for help texts: `lambda: url, http, rest; …`.
 *
 * @param pick the values of a platform; those with a single one are left out
 */
export function choicesOf(pick: (platform: Platform) => readonly string[]): string {
  return PLATFORMS.map((platform) => ({ id: platform.id, values: pick(platform) }))
    .filter(({ values }) => values.length > 1)
    .map(({ id, values }) => `${id}: ${values.join(', ')}`)
    .join('; ');
}
