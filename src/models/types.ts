import type { Manifest, Task } from './manifest/manifest.ts';

/** A model whose files lie on this machine and match their hashes. */
export interface LocalModel {
  readonly manifest: Manifest;
  /** Absolute path of the ONNX graph. */
  readonly path: string;
  /** Where it was found. */
  readonly origin: 'path' | 'embedded' | 'cache';
}

/** Progress of a download. */
export interface PullProgress {
  readonly model: string;
  readonly file: string;
  readonly url: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface PullOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PullProgress) => void;
  /** Hears, once, that another process is pulling the same model and that this one waits for it. */
  readonly onWaiting?: () => void;
}

/** Ids of the models that were chosen to answer when none is named, by task. */
export type DefaultModels = Readonly<Partial<Record<Task, string>>>;

/** One model the store knows of. */
export interface ModelListing {
  readonly manifest: Manifest;
  /** `damaged`: its folder is here, a file is missing or has another size. */
  readonly state: 'embedded' | 'cached' | 'damaged' | 'remote';
  /** Of the first file, where the model can be used. */
  readonly path?: string;
}

/**
 * Which models there are and where they lie.
 *
 * @example
 * const store = openModelStore();
 * const model = await store.resolve('squeezenet'); // never downloads
 * const pulled = await store.pull('squeezenet');   // downloads, verifies, then resolves
 */
export interface ModelStore {
  /**
   * Finds a verified local model. Order: explicit path, embedded, cache. Never downloads.
   *
   * @param reference short id (`squeezenet`, also `SqueezeNet` or `resnet-50`), path of an `.onnx` file with a manifest
   * beside it, path of a manifest, or the https address that a model was pulled from
   * @throws MODEL_UNKNOWN, MODEL_NOT_LOCAL, MODEL_HASH_MISMATCH, MODEL_MANIFEST_INVALID
   */
  resolve(reference: string, options?: { readonly signal?: AbortSignal }): Promise<LocalModel>;
  /** Resolves, downloading what is missing. @throws MODEL_OFFLINE, MODEL_DOWNLOAD_FAILED, MODEL_HASH_MISMATCH */
  pull(reference: string, options?: PullOptions): Promise<LocalModel>;
  /**
   * Copies a local ONNX file and its manifest into the store, after comparing the two.
   *
   * @param file path of an `.onnx` file
   * @param manifest its manifest, where `files` may be left out; when undefined, the manifest beside the file, else the
   * catalogue entry with the same hash
   * @param options `force` replaces a model of the same id
   * @throws MODEL_UNKNOWN, MODEL_MANIFEST_INVALID, MODEL_FILE_INVALID, MODEL_HASH_MISMATCH, MODEL_EXISTS,
   * LABELS_INVALID, MODEL_STORE_FAILED
   */
  add(file: string, manifest: unknown, options?: { readonly force?: boolean }): Promise<LocalModel>;
  /** Embedded models, then pulled and added ones, then what else the catalogue has. */
  list(): Promise<ModelListing[]>;
  /** @throws MODEL_UNKNOWN */
  info(id: string): Promise<ModelListing>;
  /** Hashes every file again. @throws MODEL_UNKNOWN, MODEL_NOT_LOCAL */
  verify(id: string): Promise<{ readonly ok: boolean; readonly problems: readonly string[] }>;
  /** What was chosen with `chooseDefault`. @throws MODEL_STORE_FAILED */
  defaults(): Promise<DefaultModels>;
  /**
   * Makes a model on this machine the one that answers for its task when none is named.
   *
   * @param id short id of the model
   * @throws MODEL_UNKNOWN, MODEL_NOT_LOCAL, MODEL_STORE_FAILED
   */
  chooseDefault(id: string): Promise<ModelListing>;
  /** Takes a choice back. @returns the id that had been chosen, if any @throws MODEL_STORE_FAILED */
  clearDefault(task: Task): Promise<string | undefined>;
  /** Deletes a pulled or added model, and with it its place as a default. @throws MODEL_UNKNOWN, MODEL_NOT_LOCAL, OPTION_INVALID for an embedded one */
  remove(id: string): Promise<void>;
}
