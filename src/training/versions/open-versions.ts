import { openEnvironment } from '../environment.ts';
import type { TrainEnvironment } from '../options.ts';
import type { ModelVersion, VersionStore } from './version-store.ts';

export type { ModelVersion };

/**
 * The versions of models that were trained here.
 *
 * @param environment folder of the store (default: the user's)
 * @example
 * const versions = openVersions();
 * for (const { version, current } of await versions.list('flowers')) console.log(version, current);
 * await versions.rollback('flowers');
 */
export function openVersions(
  environment: Pick<TrainEnvironment, 'folder' | 'store'> = {},
): Pick<VersionStore, 'list' | 'rollback'> {
  return openEnvironment(environment).versions;
}
