import type { ImageLimits, PictureInfo, Placement } from '../image/types.ts';
import type { LocalModel } from '../models/types.ts';

/** Element types that cross the engine's border. */
export type TensorData = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;
export type TensorType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64';

/** A dense, row-major tensor. */
export interface Tensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** Tensors by graph input or output name. */
export type TensorMap = Readonly<Record<string, Tensor>>;

/** One input or output of a graph; a dynamic dimension is -1. */
export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly number[];
}

/** Milliseconds spent in each stage. */
export interface Timings {
  readonly queue: number;
  readonly decode: number;
  readonly inference: number;
}

/** One picture's way through a model. */
export interface Inference {
  /** Outputs of this picture alone: the batch dimension is 1. */
  readonly outputs: TensorMap;
  readonly picture: PictureInfo;
  readonly placement: Placement;
  readonly timings: Timings;
}

export interface InferOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds from now after which the answer is worth nothing. */
  readonly deadlineMs?: number;
  /** Whose work it is, for fairness between clients. */
  readonly client?: string;
  readonly limits?: Partial<ImageLimits>;
  /** Graph outputs wanted; all when absent. */
  readonly outputs?: readonly string[];
}

/**
 * A loaded model. Decoding, preprocessing and inference of a picture happen in one worker, off the calling thread.
 *
 * @example
 * await using engine = createEngine();
 * const session = await engine.open(await store.resolve('squeezenet'));
 * const { outputs } = await session.infer(jpegBytes, { signal });
 */
export interface Session extends AsyncDisposable {
  readonly model: LocalModel;
  readonly backend: 'native' | 'wasm';
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * Encoded picture in, model outputs out.
   *
   * @throws IMAGE_* for the picture, OVERLOADED, DEADLINE_EXCEEDED, ABORTED, WORKER_LOST, INFERENCE_FAILED
   */
  infer(picture: Uint8Array, options?: InferOptions): Promise<Inference>;
  /** Raw tensors in and out: for tests, training and the inference protocol. */
  run(
    feeds: TensorMap,
    options?: Pick<InferOptions, 'signal' | 'deadlineMs' | 'client' | 'outputs'>,
  ): Promise<TensorMap>;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Back end (default `auto`: native, else WASM). */
  readonly backend?: 'auto' | 'native' | 'wasm';
  /** Inference workers (default: the CPU quota). */
  readonly workers?: number;
  /** Threads inside one inference (default chosen by measurement: 1 with several workers). */
  readonly intraOpThreads?: number;
  /** Bounds that hold for every picture. */
  readonly limits?: Partial<ImageLimits>;
}

/** Sessions over a pool of workers. */
export interface Engine extends AsyncDisposable {
  open(
    model: LocalModel,
    options?: {
      readonly signal?: AbortSignal;
      readonly warmUp?: boolean;
      readonly extraOutputs?: readonly string[];
    },
  ): Promise<Session>;
  close(): Promise<void>;
}
