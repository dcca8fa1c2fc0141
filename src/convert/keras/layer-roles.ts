import { Config } from '../tfjs/layers/config.ts';
import type { Layer } from '../tfjs/layers/topology.ts';

/** Names of a layer's weights in Keras's order; those that are not trained come last. */
export interface LayerRoles {
  readonly trained: readonly string[];
  readonly others: readonly string[];
}

const KERNELS: Readonly<Record<string, readonly string[]>> = {
  Dense: ['kernel'],
  Conv2D: ['kernel'],
  Convolution2D: ['kernel'],
  Conv2DTranspose: ['kernel'],
  DepthwiseConv2D: ['depthwise_kernel'],
  SeparableConv2D: ['depthwise_kernel', 'pointwise_kernel'],
};

/** What weights a layer has, from its class and configuration. */
export function rolesOf({ kind, config }: Layer): LayerRoles {
  const options = new Config(config);
  const kernels = Object.hasOwn(KERNELS, kind) ? KERNELS[kind] : undefined;
  if (kernels)
    return { trained: [...kernels, ...(options.flag('use_bias', true) ? ['bias'] : [])], others: [] };
  if (kind === 'BatchNormalization' || kind === 'BatchNormalizationV1') {
    return { trained: affine(options), others: ['moving_mean', 'moving_variance'] };
  }
  if (kind === 'LayerNormalization') return { trained: affine(options), others: [] };
  if (kind === 'PReLU') return { trained: ['alpha'], others: [] };
  if (kind === 'Normalization') {
    const given = options.numbers('mean').length > 0;
    return { trained: [], others: given ? [] : ['mean', 'variance', 'count'] };
  }
  return { trained: [], others: [] };
}

function affine(options: Config): string[] {
  return [
    ...(options.flag('scale', true) ? ['gamma'] : []),
    ...(options.flag('center', true) ? ['beta'] : []),
  ];
}
