import type { ImageLimits, PictureInfo, Placement, Preprocessing } from '../image/types.ts';
import type { LocalModel } from '../models/types.ts';
import type { Pixels } from './pixels.ts';
import type { BackendChoice, BackendName, SessionState } from './state.ts';
import type { EngineEvent, EngineStats } from './stats/types.ts';

export type { BackendChoice, BackendName, SessionState } from './state.ts';

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
  /** Threads that the inference ran on, where the engine chooses them. */
  readonly threads?: number;
}

export interface InferOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds from now after which the answer is worth nothing. */
  readonly deadlineMs?: number;
  /** Whose work it is, for fairness between clients. */
  readonly client?: string;
  readonly limits?: Partial<ImageLimits>;
  /** Which frame of a GIF or WebP animation, 0-based (default the first). */
  readonly frame?: number;
  /** Graph outputs wanted; all when absent. */
  readonly outputs?: readonly string[];
}

/**
 * A loaded model. Decoding, preprocessing and inference of a picture happen in one worker process, never on the calling
 * thread. A picture's bytes must stay as they are until the answer is there.
 *
 * @example
 * await using engine = createEngine();
 * const session = await engine.open(await store.resolve('squeezenet'));
 * const { outputs } = await session.infer(jpegBytes, { signal });
 */
export interface Session extends AsyncDisposable {
  /** Number of the session, as the events of its engine name it; absent where there is no engine. */
  readonly id?: number;
  readonly model: LocalModel;
  readonly backend: BackendName;
  readonly state: SessionState;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** Bounds on a picture where `infer` names no others (default: `DEFAULT_IMAGE_LIMITS`). */
  readonly limits?: ImageLimits;
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

/** Bounds of the waiting line. Anything beyond is refused at once with OVERLOADED. */
export interface QueueOptions {
  /** Pictures that may wait (default 256). */
  readonly maxPictures: number;
  /** Pixels of all waiting pictures, read from their headers (default 1 000 megapixels). */
  readonly maxPixels: number;
  /** Encoded bytes of all waiting pictures (default 256 MiB). */
  readonly maxBytes: number;
}

/** Answers kept by content hash. */
export interface CacheOptions {
  /** Answers kept (default 0: off). */
  readonly maxEntries: number;
  /** Bytes of all kept outputs (default 32 MiB). */
  readonly maxBytes: number;
}

/** Every option may be left out; `DEFAULT_ENGINE_OPTIONS` has the values. */
export interface EngineOptions {
  /** Back end (default `auto`: native, else WASM). */
  readonly backend?: BackendChoice;
  /**
   * How tensors are made from pictures (default `fast`): `exact` costs more and stays within 1 of 255 of Pillow and
   * torchvision, e.g. to compare with a program in Python.
   */
  readonly preprocessing?: Preprocessing;
  /** Worker processes, 1..256 (default: the CPU quota, or fewer where the memory limit has no room for them). */
  readonly workers?: number;
  /**
   * Threads inside each inference, 1..256 (default: they follow the load; a picture alone gets the whole CPU quota, and
   * many at a time share it).
   */
  readonly intraOpThreads?: number;
  /**
   * Whether every inference uses the same number of threads (default false): `intraOpThreads`, else the CPU quota divided
   * by the workers. With another number of threads, the library may add in another order, and scores may differ by up
   * to 1e-5.
   */
  readonly deterministic?: boolean;
  /**
   * Folder where graphs are kept as the inference library has optimised them for this processor: they load faster, and
   * all workers share their weights (default: `optimised` in the model store's folder; `false`: nowhere). A folder that
   * cannot be written to is not used.
   */
  readonly optimisedGraphs?: string | false;
  /**
   * Bytes that decoding the pictures in progress may take together (default: most of what the container's memory leaves
   * besides the workers). A picture that alone would take more is refused with IMAGE_TOO_MANY_PIXELS.
   */
  readonly pictureMemory?: number;
  /** Bounds that hold for every picture. */
  readonly limits?: Partial<ImageLimits>;
  readonly queue?: Partial<QueueOptions>;
  readonly cache?: Partial<CacheOptions>;
  /** Whether identical pictures in flight at the same time share one inference (default true). */
  readonly singleFlight?: boolean;
  /** Milliseconds after which a worker that does not return from an inference is replaced (default 60 000). */
  readonly inferenceTimeoutMs?: number;
  /** Pictures that a worker may hold besides the one in inference, so that it never waits (default 1). */
  readonly prefetch?: number;
  /** How much the scheduler prefers the calling process over the workers, 0..19 (default 5). */
  readonly workerNiceness?: number;
}

export interface OpenOptions {
  readonly signal?: AbortSignal;
  /** Whether every worker runs one inference before it gets pictures (default true). */
  readonly warmUp?: boolean;
  /** Intermediate tensors that become outputs of the graph. */
  readonly extraOutputs?: readonly string[];
  /** On how many of the engine's workers the model is loaded (default: all). */
  readonly workers?: number;
  /** Threads inside each inference of this model (default: as the engine has it). */
  readonly intraOpThreads?: number;
}

/** Sessions over a pool of workers. */
export interface Engine extends AsyncDisposable {
  /**
   * Starts the first worker, so that it comes up while a model is still being looked for. Does nothing later.
   *
   * @example
   * engine.prepare();
   * await using session = await engine.open(await store.resolve('squeezenet'));
   */
  prepare(): void;
  /**
   * Loads a model on the workers and warms it up. The session is there with the first of them; the others follow.
   *
   * @throws BACKEND_UNAVAILABLE, MODEL_FILE_INVALID, INFERENCE_FAILED, ABORTED, ENGINE_CLOSED
   */
  open(model: LocalModel, options?: OpenOptions): Promise<Session>;
  /**
   * Refuses what would be refused whatever the picture and the model are, e.g. before a picture is read from a slow
   * client. Says nothing where a cache may know the answer.
   *
   * @throws OVERLOADED when the line is too long for the deadline
   */
  check(options: Pick<InferOptions, 'client' | 'deadlineMs'>): void;
  /** Work on whole pictures that takes no model, in a process that is killed when it is late; not every engine has it. */
  readonly pixels?: Pixels;
  /** What the engine is doing and has done, as plain numbers. */
  stats(): EngineStats;
  /** Hears of every event from now on; the returned function ends that. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /** Refuses new work, answers waiting work with ENGINE_CLOSED, lets running inferences end. */
  close(): Promise<void>;
}
