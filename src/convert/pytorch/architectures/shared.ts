import type { TorchGraph, TorchValue } from '../torch-graph.ts';
import type { TorchInput, TorchOptions, TorchOutput } from './types.ts';

/** Resize to 8/7 of the side, cut out the middle, mean and deviation of ImageNet: torchvision. */
export function torchvisionInput({ side = 224 }: TorchOptions): TorchInput {
  return {
    width: side,
    height: side,
    pixels: 'imagenet',
    resize: { rule: 'crop', shorterSide: Math.round((side * 8) / 7), kernel: 'bilinear' },
  };
}

/** One row of logits. */
export function logits(value: TorchValue): readonly TorchOutput[] {
  return [{ name: 'logits', value, dims: ['N', value.channels] }];
}

/** Outputs of the layer that makes the classes. */
export function classesAt(key: string): (graph: TorchGraph) => number {
  return (graph) => graph.shapeOf(`${key}.weight`)[0] ?? 0;
}
