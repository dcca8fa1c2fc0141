import type { PixelRange } from '../../recipe/pixels.ts';
import type { LayersModel } from '../../tfjs/layers/topology.ts';
import type { WeightedLayer } from './net.ts';

/** An architecture with a number of classes. */
export interface Built {
  readonly model: LayersModel;
  /** Layers with weights, in the order of the original program. */
  readonly weighted: readonly WeightedLayer[];
}

/** An architecture that is known by the shapes of its weights. */
export interface Architecture {
  /** What `--recipe` takes. */
  readonly id: string;
  readonly title: string;
  /** Shape of the kernel of the last layer, without the classes. */
  readonly head: readonly number[];
  /** Tensors of the file; a quick way to say no. */
  readonly tensors: number;
  readonly build: (classes: number) => Built;
  /** Whether files whose layers have this name are of this kind rather than of another with the same shapes. */
  readonly named?: RegExp;
  /** What the weights for ImageNet are fed. Models that people train with ImageAI are fed 0..1. */
  readonly pixels: PixelRange;
  /** A detector: its heads are convolutions with a bias, of three anchors each. */
  readonly detector?: boolean;
  /** Height and width. */
  readonly side: number;
  /** What a user of this kind should know. */
  readonly remark?: string;
}
