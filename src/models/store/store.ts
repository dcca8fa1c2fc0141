/**
 * The model store: which models there are, where they lie, and how they get here.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isPictorError, PictorError } from '../../errors.ts';
import { catalogue } from '../catalogue/catalogue.ts';
import { shown } from '../download/address.ts';
import type { Connections } from '../download/connections.ts';
import { type DownloadOptions, type DownloadTuning, resolveDownloadOptions } from '../download/options.ts';
import { type Environment, embeddedFolder, storeFolder } from '../locations.ts';
import type { Manifest, Task } from '../manifest/manifest.ts';
import { MODEL_TASKS } from '../manifest/model-tasks.ts';
import type { LocalModel, ModelListing, ModelStore, PullOptions } from '../types.ts';
import { examine, shelve } from './add-model.ts';
import { findProblems, requireIntact } from './check-files.ts';
import { readDefaults, writeDefaults } from './defaults-file.ts';
import {
  everyLocal,
  type Found,
  findModel,
  inCacheOrDamaged,
  isPulled,
  type Places,
  sameFiles,
  withFix,
} from './find-model.ts';
import { layoutOf } from './layout.ts';
import { type LockOptions, type LockTimes, withLock } from './lock/lock.ts';
import { sweep, unpublish } from './publish.ts';
import { parseReference } from './reference.ts';
import { fromShelf, looksWhole } from './shelf.ts';
import { errorCode, storeFailure } from './store-failure.ts';

/** How a store is opened. */
export interface ModelStoreOptions {
  /** Where `PICTOR_HOME`, `PICTOR_OFFLINE`, `PICTOR_MODEL_MIRROR`, `HF_ENDPOINT` and the proxies are read (default `process.env`). */
  readonly env?: Environment;
  /** Folder of pulled and added models (default `PICTOR_HOME`, else `pictor` in the user's cache folder). */
  readonly folder?: string;
  /** Folder of the models that the package carries (default `PICTOR_EMBEDDED_MODELS`, else the package's own). */
  readonly embedded?: string;
  /** Models that can be pulled by id (default: the built-in catalogue). */
  readonly catalogue?: readonly Manifest[];
  /** Time limits of downloads. */
  readonly download?: DownloadTuning;
  /** Time limits of the locks between processes. */
  readonly locks?: Partial<LockTimes>;
  /**
   * Whether embedded models are taken by size alone, without hashing (default false). For archives whose content was
   * verified when they were packed and cannot change afterwards.
   */
  readonly trustEmbedded?: boolean;
}

/**
 * Opens the store. Nothing is read or created before it is needed.
 *
 * @param options folders, catalogue and time limits
 * @example
 * const store = openModelStore();
 * const model = await store.pull('squeezenet', { onProgress: ({ receivedBytes }) => show(receivedBytes) });
 */
export function openModelStore(options: ModelStoreOptions = {}): ModelStore {
  const env = options.env ?? process.env;
  const folder = resolve(options.folder ?? storeFolder(env));
  const layout = layoutOf(folder);
  const places: Places = {
    embedded: resolve(options.embedded ?? embeddedFolder(env)),
    cached: layout.models,
    get catalogue() {
      return options.catalogue ?? catalogue();
    },
  };

  /** Failures leave as Pictor's own, whatever was thrown underneath. */
  async function guarded<T>(signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
    try {
      signal?.throwIfAborted();
      return await action();
    } catch (error) {
      if (isPictorError(error)) throw error;
      if (signal?.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
      throw errorCode(error) ? storeFailure(error, folder) : error;
    }
  }

  async function intact(model: Found, signal: AbortSignal | undefined): Promise<LocalModel> {
    const sizeOnly = model.origin === 'embedded' && options.trustEmbedded === true;
    await requireIntact(model, repair(model), { sizeOnly, signal, stampOf: layout.stamp });
    return { manifest: model.manifest, path: model.path, origin: model.origin };
  }

  function locked<T>(id: string, locking: LockOptions<T>, action: () => Promise<T>): Promise<T> {
    return withLock(layout.lock(id), { times: options.locks, ...locking }, action);
  }

  /** Deletes what a process that was killed left of a model that is whole, unless somebody is at work on it. */
  async function tidy(id: string): Promise<void> {
    const left = [layout.lock(id), layout.parts(id), layout.trash(id)];
    const there = await Promise.all(left.map((path) => stat(path).catch(() => undefined)));
    if (there.every((found) => found === undefined)) return;
    const times = { ...options.locks, waitMs: 0 };
    await locked(id, { times }, () => sweep(layout, id)).catch(() => {});
  }

  /** Whether what lies in the cache can be used as it is. */
  async function usable(id: string, signal: AbortSignal | undefined): Promise<LocalModel | undefined> {
    const cached = await inCacheOrDamaged(id, places);
    if (!cached || cached.kind === 'damaged') return undefined;
    try {
      return await intact(cached, signal);
    } catch (error) {
      const damaged =
        isPictorError(error) && (error.code === 'MODEL_HASH_MISMATCH' || error.code === 'MODEL_NOT_LOCAL');
      if (damaged && isPulled(cached)) return undefined;
      throw error;
    }
  }

  /** A manifest from elsewhere may not take the name of a model that is something else. */
  async function requireFree(manifest: Manifest): Promise<Manifest> {
    const { id } = manifest;
    const entry = places.catalogue.find((known) => known.id === id);
    if (entry && sameFiles(entry, manifest)) return entry;
    const embedded = await fromShelf(places.embedded, id);
    const cached = await inCacheOrDamaged(id, places);
    const free = cached === undefined || cached.kind === 'damaged' || sameFiles(cached.manifest, manifest);
    if (!entry && !embedded && free) return manifest;
    throw taken(id, 'Give the model another id in its manifest, or remove the one that has it');
  }

  async function pull(reference: string, pulling: PullOptions): Promise<LocalModel> {
    const { signal } = pulling;
    const target = await findModel(reference, places);
    if (target.kind === 'local' && (target.origin !== 'cache' || !isPulled(target)))
      return intact(target, signal);
    if (target.kind === 'local') {
      const here = await usable(target.manifest.id, signal);
      if (here) {
        await tidy(here.manifest.id);
        return here;
      }
    }
    const asked = parseReference(reference);
    const credentials = asked.kind === 'url' ? asked.credentials : undefined;
    const download = resolveDownloadOptions(env, options.download, credentials);
    const { requireOnline } = await import('./pull-files.ts');
    if (target.kind === 'url') requireOnline(download, shown(target.url));
    // The HTTP client is 12 MB of resident memory that a process without downloads need not carry.
    const { openConnections } = await import('../download/connections.ts');
    await using connections = openConnections(download);
    const manifest =
      target.kind === 'url'
        ? await requireFree(await fetchRemote(target.url, download, connections, signal))
        : target.manifest;
    return await pullLocked(manifest, download, connections, pulling);
  }

  async function pullLocked(
    manifest: Manifest,
    download: DownloadOptions,
    connections: Connections,
    pulling: PullOptions,
  ): Promise<LocalModel> {
    const { signal, onWaiting } = pulling;
    const { id } = manifest;
    const { pullFiles } = await import('./pull-files.ts');
    const look = () => usable(id, signal);
    const place = async () => {
      const here = await look();
      if (here) return here;
      const placed = await pullFiles(layout, manifest, download, connections, pulling, async () => {
        const other = await look();
        return other && { manifest: other.manifest, folder: dirname(other.path), path: other.path };
      });
      return { manifest: placed.manifest, path: placed.path, origin: 'cache' } as const;
    };
    for (let round = 1; ; round++) {
      try {
        return await locked(id, { signal, onWaiting, done: look }, place);
      } catch (error) {
        signal?.throwIfAborted();
        // Another writer may have put the model there, or have cleaned up while this one slept.
        const here = await look().catch(() => undefined);
        if (here) {
          await tidy(id);
          return here;
        }
        const swept = isPictorError(error) && errorCode(error.cause) === 'ENOENT';
        if (!swept || round === MAX_ROUNDS) throw error;
      }
    }
  }

  async function fetchRemote(
    url: URL,
    download: DownloadOptions,
    connections: Connections,
    signal: AbortSignal | undefined,
  ) {
    const { fetchManifest } = await import('../manifest/remote-manifest.ts');
    return fetchManifest(url, download, connections, signal);
  }

  async function add(file: string, given: unknown, force: boolean): Promise<LocalModel> {
    const candidate = await examine(file, given, places.catalogue);
    const { id } = candidate.manifest;
    if (await fromShelf(places.embedded, id)) {
      throw taken(id, 'The package carries it: give the model another id');
    }
    return locked(id, {}, async () => {
      const entry = places.catalogue.find((known) => known.id === id);
      const another = entry !== undefined && !sameFiles(entry, candidate.manifest);
      if (!force && (another || (await inCacheOrDamaged(id, places)))) {
        throw taken(id, 'Use force to replace it, or another id');
      }
      const { manifest, path } = await shelve(layout, candidate);
      return { manifest, path, origin: 'cache' };
    });
  }

  async function list(): Promise<ModelListing[]> {
    const here = await Promise.all((await everyLocal(places)).map(listing));
    const ids = new Set(here.map(({ manifest }) => manifest.id));
    const rest = places.catalogue.filter(({ id }) => !ids.has(id));
    return [...here, ...(await Promise.all(rest.map(elsewhere)))];
  }

  /** A model of the catalogue that cannot be used here. */
  async function elsewhere(manifest: Manifest): Promise<ModelListing> {
    const damaged = (await inCacheOrDamaged(manifest.id, places))?.kind === 'damaged';
    return { manifest, state: damaged ? 'damaged' : 'remote' };
  }

  async function remove(id: string): Promise<void> {
    const asked = parseReference(id);
    if (asked.kind === 'url') throw notLocal(shown(asked.url), 'There is nothing to remove');
    // What cannot be read can be removed all the same.
    const own = asked.kind === 'id' && (await isOurs(asked.id)) ? asked.id : await removable(id);
    await locked(own, { optional: true }, async () => {
      const there = await stat(join(layout.models, own)).catch(() => undefined);
      await unpublish(layout, own);
      if (!there) throw notLocal(own, 'There is nothing to remove');
    });
    const defaults = await readDefaults(layout.defaults);
    for (const task of MODEL_TASKS) if (defaults[task] === own) await clearDefault(task);
  }

  async function chooseDefault(id: string): Promise<ModelListing> {
    const { manifest } = await intactById(id);
    await writeDefaults(layout.defaults, {
      ...(await readDefaults(layout.defaults)),
      [manifest.task]: manifest.id,
    });
    return info(manifest.id);
  }

  async function clearDefault(task: Task): Promise<string | undefined> {
    const { [task]: chosen, ...rest } = await readDefaults(layout.defaults);
    if (chosen !== undefined) await writeDefaults(layout.defaults, rest);
    return chosen;
  }

  async function isOurs(id: string): Promise<boolean> {
    if (!(await stat(join(layout.models, id)).catch(() => undefined))) return false;
    return (await fromShelf(places.embedded, id)) === undefined;
  }

  async function removable(reference: string): Promise<string> {
    const target = await findModel(reference, places);
    if (target.kind === 'local' && target.origin !== 'cache') {
      throw new PictorError('OPTION_INVALID', {
        expected: 'a model that was pulled or added',
        received: `${reference}, which ${target.origin === 'embedded' ? 'the package carries' : 'is a file of yours'}`,
      });
    }
    if (target.kind === 'url') throw notLocal(shown(target.url), 'There is nothing to remove');
    return target.manifest.id;
  }

  async function resolveLocal(reference: string, signal: AbortSignal | undefined): Promise<LocalModel> {
    const target = await findModel(reference, places);
    if (target.kind === 'local') return intact(target, signal);
    const name = target.kind === 'url' ? shown(target.url) : target.manifest.id;
    if (target.kind === 'remote' && target.damage) {
      throw withFix(target.damage, `Fetch it again with: pictor models pull ${name}`);
    }
    throw notLocal(name, `Fetch it with: pictor models pull ${name}`);
  }

  async function intactById(id: string): Promise<LocalModel> {
    const model = await resolveLocal(id, undefined);
    if (model.origin !== 'path') return model;
    throw new PictorError('MODEL_UNKNOWN', {
      expected: 'the id of a model in the store',
      received: `the path ${id}`,
      fix: `Put it there first: pictor models add ${id}`,
    });
  }

  async function info(id: string): Promise<ModelListing> {
    const target = await findModel(id, places);
    if (target.kind === 'local') return listing(target);
    if (target.kind === 'remote') return elsewhere(target.manifest);
    throw notLocal(shown(target.url), `Fetch it with: pictor models pull ${shown(target.url)}`);
  }

  return {
    resolve: (reference, { signal } = {}) => guarded(signal, () => resolveLocal(reference, signal)),
    pull: (reference, pulling = {}) => guarded(pulling.signal, () => pull(reference, pulling)),
    add: (file, manifest, { force = false } = {}) => guarded(undefined, () => add(file, manifest, force)),
    list: () => guarded(undefined, list),
    info: (id) => guarded(undefined, () => info(id)),
    defaults: () => guarded(undefined, () => readDefaults(layout.defaults)),
    chooseDefault: (id) => guarded(undefined, () => chooseDefault(id)),
    clearDefault: (task) => guarded(undefined, () => clearDefault(task)),
    verify: (id) =>
      guarded(undefined, async () => {
        const target = await findModel(id, places);
        if (target.kind === 'remote' && target.damage) {
          throw withFix(target.damage, `Fetch it again with: pictor models pull ${target.manifest.id}`);
        }
        if (target.kind !== 'local') throw notLocal(id, `Fetch it with: pictor models pull ${id}`);
        const problems = await findProblems(target, { fresh: true, stampOf: layout.stamp });
        return {
          ok: problems.length === 0,
          problems: problems.map(({ expected, received }) => `expected ${expected}, received ${received}`),
        };
      }),
    remove: (id) => guarded(undefined, () => remove(id)),
  };
}

/** How often a pull begins again because others took its files away. */
const MAX_ROUNDS = 3;

async function listing(model: Found): Promise<ModelListing> {
  const { manifest, path, origin } = model;
  if (!(await looksWhole(model))) return { manifest, state: 'damaged' };
  return { manifest, state: origin === 'embedded' ? 'embedded' : 'cached', path };
}

function repair({ origin, manifest, ...model }: Found): string {
  if (origin === 'embedded') return 'Install the package again';
  if (origin === 'path') return 'Fetch the file again, or correct the manifest';
  return isPulled({ manifest, ...model })
    ? `Fetch it again with: pictor models pull ${manifest.id}`
    : `Add it again with: pictor models add --force`;
}

function notLocal(received: string, fix: string): PictorError {
  return new PictorError('MODEL_NOT_LOCAL', { received, fix });
}

function taken(id: string, fix: string): PictorError {
  return new PictorError('MODEL_EXISTS', { received: id, fix });
}
