/**
 * Where plans and shards lie: a folder, or a prefix in a bucket.
 *
 * @module
 */

/** A file in a place. */
export interface PlaceEntry {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970, by the place's own clock. */
  readonly modifiedMs: number;
}

/** A flat folder of files that appear whole or not at all. */
export interface Place {
  /** As the user wrote it, without a password. */
  readonly url: string;
  /**
   * Reads a file, or the bytes from `start` up to, not including, `end`.
   *
   * @returns undefined when there is none
   * @throws BATCH_STORAGE_FAILED
   */
  read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Buffer | undefined>;
  /** Writes a file in one step: nobody ever sees a part of it. @throws BATCH_STORAGE_FAILED, FILE_WRITE_FAILED */
  write(name: string, content: Uint8Array): Promise<void>;
  /** The same, from a local file. */
  writeFile(name: string, path: string): Promise<void>;
  /** Files whose name begins with `prefix`, in no order. */
  list(prefix: string): Promise<PlaceEntry[]>;
  /** Removes a file; one that is not there is no failure. */
  remove(name: string): Promise<void>;
}
