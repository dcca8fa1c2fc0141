import type { ErrorCode, ErrorDetails } from '../../errors.ts';
import type { InputSpec } from '../../image/input-spec.ts';
import type { ImageLimits, PictureInfo, Placement, Preprocessing } from '../../image/types.ts';
import type { BackendChoice, BackendName, TensorInfo, TensorMap } from '../types.ts';
import type { PixelResult, PixelWork } from './pixel-work.ts';
import type { VerifiedFile } from './verified-load.ts';

/** What a worker is told at birth. */
export interface WorkerSetup {
  readonly backend: BackendChoice;
  readonly preprocessing: Preprocessing;
}

/** A model to load. */
export interface OpenSpec {
  readonly session: number;
  /** Absolute path of the graph. */
  readonly graph: string;
  /** What must be found at each load; empty where the caller has verified it. */
  readonly files: readonly VerifiedFile[];
  /** Intermediate tensors that become outputs. */
  readonly extraOutputs: readonly string[];
  readonly input: InputSpec;
  /** Threads of an inference for which no other number is asked for. */
  readonly intraOpThreads: number;
  /** How inferences may use fewer threads; absent where all use the same number. */
  readonly sharing?: GraphSharing;
  readonly warmUp: boolean;
}

/** What lets a worker hold several sessions over one graph. */
export interface GraphSharing {
  /** Folder of optimised graphs; absent where none are kept. */
  readonly folder?: string;
  /** Whether the model is small enough to be in memory once for each number of threads. */
  readonly copies: boolean;
}

export type ToWorker =
  | ({ readonly type: 'setup' } & WorkerSetup)
  | ({ readonly type: 'open' } & OpenSpec)
  | { readonly type: 'close'; readonly session: number }
  | {
      readonly type: 'picture';
      readonly job: number;
      readonly session: number;
      readonly bytes: Uint8Array;
      readonly limits: ImageLimits;
      readonly frame: number;
      readonly outputs: readonly string[] | undefined;
      /** Threads to infer with (default: `intraOpThreads` of the model). */
      readonly threads?: number;
    }
  | {
      readonly type: 'tensors';
      readonly job: number;
      readonly session: number;
      readonly feeds: TensorMap;
      readonly outputs: readonly string[] | undefined;
      readonly threads?: number;
    }
  /** Work on a whole picture, for which no model need be open. */
  | {
      readonly type: 'pixels';
      readonly job: number;
      readonly bytes: Uint8Array;
      readonly limits: ImageLimits;
      readonly work: PixelWork;
    }
  /** Nobody wants the job any more; it still settles. Heard between two inferences. */
  | { readonly type: 'cancel'; readonly job: number }
  | { readonly type: 'shutdown' };

/** A model as the back end sees it. */
export interface LoadedModel {
  readonly backend: BackendName;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/** What becomes of a job. */
export interface PictureResult {
  readonly outputs: TensorMap;
  readonly picture: PictureInfo;
  readonly placement: Placement;
  readonly decodeMs: number;
  readonly inferenceMs: number;
  /** Threads that the inference ran on. */
  readonly threads: number;
}

export type FromWorker =
  | { readonly type: 'loaded'; readonly session: number; readonly model: LoadedModel }
  /** Loaded, and warmed up when that was wanted; `inferenceMs` is then the time of a warm inference. */
  | { readonly type: 'ready'; readonly session: number; readonly inferenceMs: number | undefined }
  | { readonly type: 'open-failed'; readonly session: number; readonly error: WireError }
  | { readonly type: 'closed'; readonly session: number }
  | {
      readonly type: 'picture-done';
      readonly job: number;
      readonly result: PictureResult;
    }
  | {
      readonly type: 'tensors-done';
      readonly job: number;
      readonly outputs: TensorMap;
      readonly inferenceMs: number;
    }
  | { readonly type: 'pixels-done'; readonly job: number; readonly result: PixelResult }
  | { readonly type: 'failed'; readonly job: number; readonly error: WireError }
  /** A decode goes on that nobody waits for, and cannot be stopped but with the worker. */
  | { readonly type: 'stuck' };

/** What comes of models and their jobs. */
export type FromRunner = Exclude<FromWorker, { type: 'pixels-done' }>;

/** Sends a message to the caller's process. */
export type Post = (message: FromRunner) => void;

/** A PictorError as plain data. */
export interface WireError {
  readonly code: ErrorCode;
  readonly details: Omit<ErrorDetails, 'cause'>;
  /** Stack of the error, for logs. */
  readonly stack: string;
}
