import type { Task } from '../../models/manifest/manifest.ts';
import type { OnnxGraph } from '../../models/onnx/types.ts';
import type { Shape } from '../onnx/value.ts';

/** A TensorFlow.js model as bytes. */
export interface TfjsFiles {
  /** `model.json`. */
  readonly modelJson: Uint8Array;
  /** The weights files by path, as `model.json` names them. */
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

/** Range of the numbers that a model wants for a picture's pixels. */
export type PixelRange = '0..1' | '-1..1' | '0..255';

export interface TfjsImportOptions {
  /** Id of the new model: lower-case letters, digits, dot, dash and underscore. */
  readonly id: string;
  /** English names by class. */
  readonly labels?: readonly string[];
  /** What the outputs mean (default `classify`). */
  readonly task?: Task;
  /** Where the files came from, for the manifest (default the id). */
  readonly source?: string;
  /** How pixels are scaled (default: what the first operations tell, else −1..1). */
  readonly pixels?: PixelRange;
  /** Names of the outputs to keep (default all). */
  readonly outputs?: readonly string[];
  /** Height and width where the model leaves them open (default 224). */
  readonly side?: number;
  /** How pictures are made square (default `squash`, as programs in the browser mostly do it). */
  readonly resize?: 'squash' | 'crop';
}

export interface BuildOptions {
  /** Bytes of all weights. */
  readonly sourceBytes: number;
  /** Pixels of height and width where the model leaves them open. */
  readonly side: number;
  /** Names of the outputs to keep; all when absent. */
  readonly outputs?: readonly string[] | undefined;
}

/** An ONNX graph, and what it takes and gives in TensorFlow's order of axes. */
export interface BuiltGraph {
  readonly graph: OnnxGraph;
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly type: 'float32' | 'uint8' | 'bool';
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: Shape;
    /** The last operation that changes values. */
    readonly last: 'softmax' | 'sigmoid' | 'other';
  }[];
  /** What the first operations tell about the pixels; undefined when they tell nothing. */
  readonly pixels?: PixelRange | undefined;
  /** Whether the model leaves the size of pictures open. */
  readonly openSize: boolean;
}
