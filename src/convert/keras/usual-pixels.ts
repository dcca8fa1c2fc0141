import type { PixelRange } from '../recipe/pixels.ts';
import type { Layer, LayersModel } from '../tfjs/layers/topology.ts';

/** How models of a kind are usually fed. */
export interface UsualPixels {
  readonly pixels: PixelRange;
  readonly resize: 'crop' | 'squash';
  /** Whether the tool that made the model always feeds it so. */
  readonly certain: boolean;
  /** The kind, for people. */
  readonly because?: string;
}

/** Layer names of backbones of Keras Applications, and what their authors feed them. */
const BACKBONES: readonly (readonly [name: RegExp, pixels: PixelRange, because: string])[] = [
  [/^(bn_Conv1|expanded_conv_depthwise|conv_dw_1)$/, '-1..1', 'MobileNet'],
  [/^(mixed\d+|mixed_5b|conv_7b)$/, '-1..1', 'Inception'],
  [/^block1_sepconv|^block2_sepconv1$/, '-1..1', 'Xception'],
  [/^normal_conv_1_|^stem_conv1$/, '-1..1', 'NASNet'],
  [/^(conv2_block1_preact_bn)$/, '-1..1', 'ResNetV2'],
  [/^(pool2_bn|conv2_block1_concat)$/, 'imagenet', 'DenseNet'],
  [/^(res2a_branch2a|conv2_block1_out|conv2_block1_1_conv)$/, 'caffe', 'ResNet'],
  [/^(block1_conv1|block5_conv3)$/, 'caffe', 'VGG'],
];

/**
 * What a model is probably fed: the preprocessing of the backbone that it contains, −1..1 for separable convolutions
 * (Xception and its kin), else 0..1, the first thing that Keras's guides teach.
 */
export function usualPixels(model: LayersModel): UsualPixels {
  const layers = leavesOf(model);
  if (isTeachableMachine(model)) return { pixels: '-1..1', resize: 'crop', certain: true };
  const names = layers.map(({ name }) => name);
  const backbone = BACKBONES.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (backbone) return { pixels: backbone[1], resize: 'squash', certain: false, because: backbone[2] };
  if (layers.some(({ kind }) => kind === 'SeparableConv2D')) {
    return { pixels: '-1..1', resize: 'squash', certain: false, because: 'Xception' };
  }
  return { pixels: '0..1', resize: 'squash', certain: false };
}

/** A model of MobileNet's features and a model of dense layers in one sequence. */
function isTeachableMachine(model: LayersModel): boolean {
  const inner = model.layers.flatMap((layer) => (layer.model ? [layer.model] : []));
  const [features, head] = inner;
  if (inner.length !== 2 || !features || !head) return false;
  const mobile = features.layers.some(({ model: deep }) =>
    deep?.layers.some(({ name }) => name === 'bn_Conv1' || name === 'Conv1_bn'),
  );
  return (
    mobile && head.layers.every(({ kind }) => kind === 'Dense' || kind === 'InputLayer' || kind === 'Dropout')
  );
}

function leavesOf(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) => (layer.model ? leavesOf(layer.model) : [layer]));
}
