/**
 * Versions of trained models: each is a folder that never changes; one of them is the model of that id in the store.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import type { Manifest } from '../../models/manifest/manifest.ts';
import { readManifest } from '../../models/manifest/manifest-file.ts';
import { layoutOf } from '../../models/store/layout.ts';
import { withLock } from '../../models/store/lock/lock.ts';
import { makeFolder } from '../../models/store/make-folder.ts';
import { errorCode } from '../../models/store/store-failure.ts';
import type { LocalModel, ModelStore } from '../../models/types.ts';
import type { TrainingReport } from '../report/types.ts';

const recordSchema = z.object({
  schema: z.literal(1),
  backbone: z.object({ id: z.string(), note: z.string().optional() }),
  seed: z.int(),
  head: z.enum(['logistic', 'nearest', 'means']),
  classWeights: z.enum(['auto', 'none', 'balanced']),
  knownShare: z.number(),
  testShare: z.number(),
  classes: z.array(z.string()),
  pictures: z.array(
    z.object({
      path: z.string(),
      name: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      classIndex: z.int().nonnegative(),
      group: z.int(),
      part: z.enum(['train', 'validation', 'test']),
    }),
  ),
});

/** What a version was trained on: enough to train it again with more or fewer pictures. */
export type TrainingRecord = Readonly<z.infer<typeof recordSchema>>;

/** One version of a model. */
export interface ModelVersion {
  readonly version: number;
  /** Whether it is the one that answers. */
  readonly current: boolean;
  /** Folder with `model.onnx`, `manifest.json`, `training.json`, `report.json` and `report.html`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The parts of a new version. */
export interface VersionFiles {
  readonly model: Uint8Array;
  readonly manifest: (version: number) => Manifest;
  readonly record: TrainingRecord;
  readonly report: (version: number) => { readonly json: TrainingReport; readonly html: string };
}

/** Versions of the models of one store. */
export class VersionStore {
  readonly #folder: string;
  readonly #store: Pick<ModelStore, 'add' | 'list'>;

  /**
   * @param folder of the model store
   * @param store the store itself
   */
  constructor(folder: string, store: Pick<ModelStore, 'add' | 'list'>) {
    this.#folder = folder;
    this.#store = store;
  }

  /**
   * Runs an action while nobody else trains or changes versions of the id.
   *
   * @throws MODEL_LOCKED at once when somebody does
   */
  async exclusively<T>(id: string, signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
    const path = layoutOf(this.#folder).lock(`train-${id}`);
    try {
      return await withLock(path, { signal, times: { waitMs: 0 } }, action);
    } catch (error) {
      if (!(error instanceof PictorError) || error.code !== 'MODEL_LOCKED') throw error;
      throw new PictorError('MODEL_LOCKED', {
        expected: `nobody else to train ${id}`,
        received: error.details.received ?? 'somebody',
        fix: 'Wait for that training to end, or train under another id',
        cause: error,
      });
    }
  }

  /** Ids of all models that have versions. */
  async ids(): Promise<string[]> {
    const names = await readdir(join(this.#folder, 'versions')).catch(() => []);
    return names.filter((name) => !name.startsWith('.')).sort();
  }

  /** All versions, oldest first; empty for a model that Pictor did not train. */
  async list(id: string): Promise<ModelVersion[]> {
    const folder = this.#versionsOf(id);
    const names = await readdir(folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw new PictorError('MODEL_STORE_FAILED', { received: folder, cause: error });
    });
    const current = (await this.#store.list()).find(({ manifest }) => manifest.id === id)?.manifest.version;
    const versions: ModelVersion[] = [];
    for (const name of names) {
      if (!/^[1-9]\d*$/.test(name)) continue;
      const place = join(folder, name);
      const { manifest } = await readManifest(join(place, 'manifest.json'));
      versions.push({ version: Number(name), current: Number(name) === current, folder: place, manifest });
    }
    return versions.sort((a, b) => a.version - b.version);
  }

  /** What a version was trained on. @throws MODEL_STORE_FAILED */
  async record({ folder }: ModelVersion): Promise<TrainingRecord> {
    const path = join(folder, 'training.json');
    const parsed = recordSchema.safeParse(await json(path));
    if (parsed.success) return parsed.data;
    throw new PictorError('MODEL_STORE_FAILED', {
      expected: `the record of a training in ${path}`,
      received: 'something else',
      fix: 'Train the model again from its pictures',
    });
  }

  /** The report of a version. @throws MODEL_STORE_FAILED */
  async report({ folder }: ModelVersion): Promise<TrainingReport> {
    const path = join(folder, 'report.json');
    const found = await json(path);
    // Pictor wrote it; what matters here is that it is whole.
    if (isReport(found)) return found;
    throw new PictorError('MODEL_STORE_FAILED', {
      expected: `the report of a training in ${path}`,
      received: 'something else',
      fix: 'Train the model again from its pictures',
    });
  }

  /** Adds a version and makes it the one that answers. The caller holds the id's lock. */
  async publish(
    id: string,
    files: VersionFiles,
  ): Promise<{ version: ModelVersion; model: LocalModel; report: TrainingReport }> {
    const version = 1 + Math.max(0, ...(await this.list(id)).map((known) => known.version));
    const folder = this.#versionsOf(id);
    const draft = join(folder, `.draft-${randomUUID()}`);
    const place = join(folder, String(version));
    const manifest = files.manifest(version);
    const report = files.report(version);
    try {
      await makeFolder(draft);
      await writeFile(join(draft, 'model.onnx'), files.model);
      await writeFile(join(draft, 'training.json'), JSON.stringify(files.record));
      await writeFile(join(draft, 'report.json'), `${JSON.stringify(report.json, null, 2)}\n`);
      await writeFile(join(draft, 'report.html'), report.html);
      await writeFile(join(draft, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
      await rename(draft, place);
    } catch (cause) {
      await rm(draft, { recursive: true, force: true }).catch(() => {});
      throw new PictorError('MODEL_STORE_FAILED', {
        expected: `room for version ${version} of ${id} in ${folder}`,
        received: cause instanceof Error ? cause.message : String(cause),
        fix: 'Free disk space, or set PICTOR_HOME to a folder on another disk; what was computed is kept',
        cause,
      });
    }
    const model = await this.#store.add(join(place, 'model.onnx'), manifest, { force: true });
    return { version: { version, current: true, folder: place, manifest }, model, report: report.json };
  }

  /**
   * Makes another version the one that answers.
   *
   * @param version default: the one before the current one
   * @throws MODEL_UNKNOWN when there is no such version
   */
  async rollback(id: string, version?: number): Promise<ModelVersion> {
    return this.exclusively(id, undefined, async () => {
      const versions = await this.list(id);
      const at = versions.findIndex(({ current }) => current);
      const wanted =
        version === undefined ? versions[at - 1] : versions.find((known) => known.version === version);
      if (wanted === undefined) {
        throw new PictorError('MODEL_UNKNOWN', {
          expected:
            version === undefined
              ? `a version of ${id} before the current one`
              : `version ${version} of ${id}`,
          received:
            versions.length === 0
              ? 'a model without versions'
              : `versions ${versions.map((known) => known.version).join(', ')}`,
          fix: `See: pictor models versions ${id}`,
        });
      }
      await this.#store.add(join(wanted.folder, 'model.onnx'), wanted.manifest, { force: true });
      return { ...wanted, current: true };
    });
  }

  /** Deletes all versions of an id. */
  async remove(id: string): Promise<void> {
    await rm(this.#versionsOf(id), { recursive: true, force: true });
  }

  #versionsOf(id: string): string {
    return join(this.#folder, 'versions', id);
  }
}

async function json(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isReport(value: unknown): value is TrainingReport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    value.schema === 1 &&
    'measures' in value
  );
}
