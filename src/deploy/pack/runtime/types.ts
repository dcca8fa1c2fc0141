import type { BackendName } from '../../../engine/types.ts';
import type { Manifest } from '../../../models/manifest/manifest.ts';

/** Where the model of an archive lies when the function starts. */
export type PackedModelPlace =
  /** In the archive; its hash was checked when it was packed. */
  | { readonly kind: 'archive'; readonly file: string }
  /** In a layer, at an absolute path. */
  | { readonly kind: 'layer'; readonly file: string }
  /** In object storage: fetched at the cold start into a temporary folder. */
  | { readonly kind: 'url'; readonly url: string };

/** What an archive knows of itself; written by `pictor pack`. */
export interface PackedFunction {
  /** Version of Pictor that packed it. */
  readonly version: string;
  readonly backend: BackendName;
  /** Checked and complete. Its first file is the graph, with the hash that is pinned. */
  readonly manifest: Manifest;
  readonly model: PackedModelPlace;
  /** Whether the platform sends one request at a time to an instance: one worker is enough then. */
  readonly oneAtATime: boolean;
}
