/**
 * What fine-tuning takes and gives.
 *
 * @module
 */
import type { InputSpec } from '../../image/input-spec.ts';
import type { LocalModel } from '../../models/types.ts';

/** A tensor of the backbone's graph that the head reads, and how a map of features becomes one number a channel. */
export interface FeatureTap {
  /** Name of the tensor: `[N, C, H, W]`, or `[N, C]`, which is taken as it is. */
  readonly tensor: string;
  /** Over height and width. */
  readonly pooling: 'mean' | 'max';
}

/**
 * A linear classifier over the taps, one after the other: `logits = weights · features + bias`. Whatever standardised
 * the features in training is folded in.
 */
export interface LinearHead {
  readonly taps: readonly FeatureTap[];
  /** `[classes, features]`, row-major. */
  readonly weights: Float32Array;
  /** `[classes]` */
  readonly bias: Float32Array;
}

/** One labelled picture. */
export interface TrainingPicture {
  /** Path of the file, or the encoded picture. */
  readonly source: string | Uint8Array;
  /** 0-based row of the head. */
  readonly classIndex: number;
  /** Weight of the picture in the loss (default 1), e.g. for classes of different sizes. */
  readonly weight?: number;
}

/** What is trained, on what. */
export interface FineTuneInput {
  /** The classifier or feature extractor that the head was fitted on. */
  readonly backbone: LocalModel;
  /** Where training starts, from level 1. */
  readonly head: LinearHead;
  readonly train: readonly TrainingPicture[];
  /** Decides which epoch is kept. */
  readonly validation: readonly TrainingPicture[];
}

/** Which layers are trained. */
export type TrainedLayers =
  /** The last blocks: few enough that the rest, which is computed once, saves most of the time. */
  | 'last'
  /** Every layer. */
  | 'all'
  /** Everything after this tensor of the graph, through which all data must flow. */
  | { readonly after: string };

/** How pictures are varied while training. Everything is off where it is not named, but for flips. */
export interface Augmentation {
  /** Mirror images, left to right (default true; wrong for letters and for hands that are told apart). */
  readonly flip?: boolean;
  /** Smallest part of the area that a random crop keeps, 0..1 (default 1: no crops). */
  readonly crop?: number;
  /** Largest change of brightness, contrast and saturation, 0..1 (default 0: none). */
  readonly color?: number;
  /** Largest part of the area that is blanked out, 0..1 (default 0: none). */
  readonly erase?: number;
  /**
   * Random variants made of each picture when any of `crop`, `color` and `erase` is on (default 4). They are made and
   * run through the frozen layers once, and each is a picture's worth of time and disk.
   */
  readonly variants?: number;
}

export type OptimizerSpec =
  | {
      readonly kind: 'adam';
      /** Default 0.9 and 0.999. */
      readonly beta1?: number;
      readonly beta2?: number;
    }
  | {
      readonly kind: 'sgd';
      /** Default 0.9. */
      readonly momentum?: number;
    };

/** Every option may be left out. */
export interface FineTuneOptions {
  /** Default `last`. */
  readonly layers?: TrainedLayers;
  /** Passes over the training pictures (default 6). */
  readonly epochs?: number;
  /** Pictures a step (default 16). */
  readonly batchSize?: number;
  /** Peak learning rate (default 1e-3 for Adam, 1e-2 for SGD). */
  readonly learningRate?: number;
  /** Default Adam. */
  readonly optimizer?: OptimizerSpec;
  /** Decoupled weight decay a step, times the learning rate; biases have none (default 1e-4). */
  readonly weightDecay?: number;
  /** Share of the steps in which the rate rises from 0, 0..1 (default 0.05); it then falls along a cosine. */
  readonly warmUp?: number;
  /** 0..1 (default 0.05). */
  readonly labelSmoothing?: number;
  readonly augmentation?: Augmentation;
  /** Order of the pictures and all chance (default 1). */
  readonly seed?: number;
  /** Threads (default: the processors there are). One thread and one seed give the same bytes each time. */
  readonly threads?: number;
  /** Milliseconds after which no further step is begun, and the best so far is the result (default: none). */
  readonly timeMs?: number;
  /**
   * Folder of checkpoints and of what the frozen layers computed (default: a temporary one, deleted at the end). When
   * it holds an unfinished training of the same input and options, that one goes on.
   */
  readonly folder?: string;
  /** Whether an unfinished training in `folder` goes on (default true); else it begins again. */
  readonly resume?: boolean;
  /** Bytes of memory that the training may take (default: what the machine or its container has free). */
  readonly memoryBytes?: number;
  /** Hears the plan before any work begins. */
  readonly onPlan?: (plan: FineTunePlan) => void;
  readonly onProgress?: (progress: FineTuneProgress) => void;
  /** Ends the training early; the best so far is the result. Before the first epoch is over that is the start. */
  readonly stop?: AbortSignal;
  /** Ends the training without a result: ABORTED. A `folder` keeps its checkpoint. */
  readonly signal?: AbortSignal;
}

/** What will be done, known before it is begun. */
export interface FineTunePlan {
  /** Tensor after which layers are trained; the picture's input when all are. */
  readonly after: string;
  readonly trainedWeights: number;
  readonly totalWeights: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Peak of the training process, in bytes. */
  readonly memoryBytes: number;
  /** What the frozen layers' output takes on disk, in bytes. */
  readonly diskBytes: number;
  /** The epoch that a checkpoint continues after; 0 for a fresh start. */
  readonly resumedEpoch: number;
}

/** State of the work, a few times a second at most. */
export interface FineTuneProgress {
  readonly phase: 'prepare' | 'train' | 'validate';
  /** Pictures done and to do: of the whole preparation, or of all epochs. */
  readonly done: number;
  readonly total: number;
  readonly picturesPerSecond: number;
  /** Estimate for all that is left, in milliseconds; undefined until the rate is known. */
  readonly remainingMs?: number;
  /** The last epoch that is over. */
  readonly epoch?: FineTuneEpoch;
  /** `[truth][answer]` on the validation part, of the phase `validate`. */
  readonly confusion?: readonly (readonly number[])[];
}

/** One pass over the training pictures; epoch 0 is the start: the head of level 1 on float weights. */
export interface FineTuneEpoch {
  readonly epoch: number;
  /** Cross-entropy in nats, smoothed labels included; absent for epoch 0. */
  readonly trainLoss?: number;
  /** Plain cross-entropy. */
  readonly validationLoss: number;
  /** Top-1, 0..1. */
  readonly validationAccuracy: number;
  readonly learningRate: number;
  readonly durationMs: number;
}

export interface FineTuneResult {
  /**
   * The tuned backbone as an ONNX model with float32 weights: same input and same tap tensors as the original, which
   * are its outputs too.
   */
  readonly backbone: Uint8Array;
  /** How pictures are prepared for it: the original's recipe with float32 values, as it is no longer quantised. */
  readonly input: InputSpec;
  /** The tuned head, over the same taps. */
  readonly head: LinearHead;
  /** `[validation pictures, classes]` of the tuned model, in the order given. */
  readonly validationLogits: Float32Array;
  /** Pooled features of the tuned backbone, `[pictures, features]`, in the order given; for calibration and k-NN. */
  readonly features: { readonly train: Float32Array; readonly validation: Float32Array };
  readonly curve: readonly FineTuneEpoch[];
  /** The epoch that was kept: best accuracy on validation, then lowest loss. 0: training made nothing better. */
  readonly bestEpoch: number;
  readonly ended: 'epochs' | 'time' | 'stop';
  readonly plan: FineTunePlan;
  /** Largest resident set of the training process, in bytes. */
  readonly peakMemoryBytes: number;
  readonly durationMs: number;
}
