/**
 * The models that a server serves, by task. Nothing here ever downloads.
 *
 * @module
 */
import type { Session } from '../../engine/types.ts';
import type { PictorError } from '../../errors.ts';
import type { Manifest } from '../../models/manifest/manifest.ts';
import type { Abilities, BorrowedRecognizer, TaskName } from '../../tasks/registry.ts';

/** Where a served model stands. */
export type ModelState =
  | { readonly state: 'absent' }
  | { readonly state: 'loading'; readonly since: number }
  | { readonly state: 'warming'; readonly since: number }
  | { readonly state: 'ready'; readonly since: number }
  /** Its file is not the one that was loaded any more: what holds it still answers, and it is being loaded again. */
  | { readonly state: 'changed'; readonly since: number; readonly code: string; readonly message: string }
  | { readonly state: 'failed'; readonly since: number; readonly code: string; readonly message: string };

/** One served model as `/v1/models` and `/readyz` show it. */
export interface ModelStatus {
  /** As configured: a short id or a path. */
  readonly reference: string;
  /** From the manifest, once that is known. */
  readonly id: string;
  readonly status: ModelState;
  readonly manifest?: Manifest;
  /** Tasks whose requests go to this model when they name none. */
  readonly defaultFor: readonly TaskName[];
}

export interface ServedSession {
  readonly id: string;
  readonly manifest: Manifest;
  readonly session: Session;
}

/** A model in memory with what it can do. */
export interface LoadedModel {
  readonly id: string;
  readonly manifest: Manifest;
  readonly abilities: Abilities;
  readonly session?: Session | undefined;
  close(): Promise<void>;
}

/** Brings models into memory: the store, the engine and the tasks behind one door. */
export interface ModelLoader {
  /** What to serve where no model is named. The only place besides `load` where a download may happen. */
  defaults(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Verifies, loads and warms a model.
   *
   * @param reference short id or path
   * @param onWarming called when the model is loaded and its first inference begins
   * @param onChanged called when a worker cannot open the model again that it had, until the model is closed
   */
  load(
    reference: string,
    options: { signal: AbortSignal; onWarming: () => void; onChanged: (error: PictorError) => void },
  ): Promise<LoadedModel>;
  close(): Promise<void>;
}

/**
 * Finds the recognizer for a request. Without a reference the first served model that does the task answers; a model
 * named explicitly never falls back to another one.
 *
 * All throw MODEL_UNKNOWN (not served here), MODEL_TASK_MISMATCH (it, or nothing served, does the task), MODEL_NOT_READY
 * (with `retryAfter`), and the load error of a model that failed.
 */
export interface Recognizers {
  get<Name extends TaskName>(task: Name, reference?: string): Promise<BorrowedRecognizer<Name>>;
  /** The raw session of a model, for protocols that speak tensors. */
  session(reference: string): Promise<ServedSession>;
  /**
   * Takes over what lies in the store now, e.g. a new version of a trained model. Requests that have begun end with the
   * former one; when the new one cannot be loaded, the former goes on answering and the state says why.
   *
   * @param reference one model (default: all)
   * @throws MODEL_UNKNOWN when it is not served here
   */
  reload(reference?: string): Promise<readonly ModelStatus[]>;
  /**
   * Serves one more model, which requests must name: a model that was just trained. One that is served already is
   * reloaded. A few are served at a time; the oldest makes room.
   *
   * @throws what loading it throws
   */
  serve(reference: string): Promise<ModelStatus>;
  /** Every served model with its state, in configured order. */
  list(): readonly ModelStatus[];
  /** Whether every served model is verified, loaded and warm. */
  readonly ready: boolean;
}
