/**
 * Where things lie inside the store's folder.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Paths inside one store. Only whole, verified models are ever below `models/`. */
export interface StoreLayout {
  /** `<models>/<id>/manifest.json` and the files it names: what is visible. */
  readonly models: string;
  /** Folder of a model's unfinished files. */
  readonly parts: (id: string) => string;
  /** File that says who is working on a model. */
  readonly lock: (id: string) => string;
  /** Note that a file had this hash in this state. */
  readonly stamp: (path: string) => string;
  /** Which models answer when none is named. */
  readonly defaults: string;
  /** Where a removed model goes until it is deleted. */
  readonly trash: (id: string) => string;
}

/** @param folder the store's folder, absolute */
export function layoutOf(folder: string): StoreLayout {
  return {
    models: join(folder, 'models'),
    parts: (id) => join(folder, 'parts', id),
    lock: (id) => join(folder, 'locks', `${id}.lock`),
    stamp: (path) =>
      join(folder, 'verified', `${createHash('sha256').update(path).digest('hex').slice(0, 32)}.json`),
    defaults: join(folder, 'defaults.json'),
    trash: (id) => join(folder, 'trash', id),
  };
}
