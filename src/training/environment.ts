import { getMaxListeners, setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { createEngine } from '../engine/engine.ts';
import type { Engine } from '../engine/types.ts';
import { storeFolder } from '../models/locations.ts';
import { openModelStore } from '../models/store/store.ts';
import type { ModelStore } from '../models/types.ts';
import type { TrainEnvironment } from './options.ts';
import { VersionStore } from './versions/version-store.ts';

/** Calls on one signal at the same time that are no sign of a leak. */
const MANY_LISTENERS = 10_000;

/** Store, versions and caches of one folder. */
export interface OpenedEnvironment {
  readonly store: ModelStore;
  readonly versions: VersionStore;
  readonly cacheFolder: string;
}

/** Opens what a training works with. */
export function openEnvironment({
  folder = storeFolder(process.env),
  store,
  signal,
}: TrainEnvironment): OpenedEnvironment {
  // One signal for many pictures is usual, and Node warns from the eleventh listener on.
  if (signal && getMaxListeners(signal) < MANY_LISTENERS) setMaxListeners(MANY_LISTENERS, signal);
  const opened = store ?? openModelStore({ folder });
  return {
    store: opened,
    versions: new VersionStore(folder, opened),
    cacheFolder: join(folder, 'training'),
  };
}

/** An engine of the caller's, or one that closes at the end. */
export function borrow(own: Engine | undefined): { readonly engine: Engine } & AsyncDisposable {
  const engine = own ?? createEngine();
  return { engine, [Symbol.asyncDispose]: own ? async () => {} : () => engine.close() };
}
