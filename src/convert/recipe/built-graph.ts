import type { OnnxGraph } from '../../models/onnx/types.ts';
import type { Shape } from '../onnx/value.ts';
import type { PixelRange } from './pixels.ts';

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
