import type { Manifest } from './manifest.ts';

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
}

/** One model the store knows of. */
export interface ModelListing {
  readonly manifest: Manifest;
  readonly state: 'embedded' | 'cached' | 'remote';
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
   * @param reference short id (`squeezenet`), path of an `.onnx` file with a manifest beside it, or path of a manifest
   * @throws MODEL_UNKNOWN, MODEL_NOT_LOCAL, MODEL_HASH_MISMATCH, MODEL_MANIFEST_INVALID
   */
  resolve(reference: string, options?: { readonly signal?: AbortSignal }): Promise<LocalModel>;
  /** Resolves, downloading what is missing. @throws MODEL_OFFLINE, MODEL_DOWNLOAD_FAILED, MODEL_HASH_MISMATCH */
  pull(reference: string, options?: PullOptions): Promise<LocalModel>;
  /** Copies a local ONNX file and its manifest into the store. */
  add(file: string, manifest: unknown, options?: { readonly force?: boolean }): Promise<LocalModel>;
  list(): Promise<ModelListing[]>;
  info(id: string): Promise<ModelListing>;
  /** Hashes every file again. */
  verify(id: string): Promise<{ readonly ok: boolean; readonly problems: readonly string[] }>;
  remove(id: string): Promise<void>;
}
