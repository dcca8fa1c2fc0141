import { Net, type Tensor } from './net.ts';
import type { Built } from './types.ts';

/** Filters, blocks, stride of the first, expansion. */
const STAGES = [
  [16, 1, 1, 1],
  [24, 2, 2, 6],
  [32, 3, 2, 6],
  [64, 4, 2, 6],
  [96, 3, 1, 6],
  [160, 3, 2, 6],
  [320, 1, 1, 6],
] as const;

/** Multiples of 8 that lose at most a tenth. */
function divisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/**
 * MobileNetV2 (Sandler et al., arXiv:1801.04381) of Keras: strides over a border on the far sides, which is what `same`
 * means for even sizes.
 *
 * @param alpha factor of the widths
 */
export function mobilenetV2(classes: number, alpha: number): Built {
  const net = new Net();
  const epsilon = 0.001;
  const stem = divisible(32 * alpha);
  let x = net.conv(net.input(), stem, { kernel: 3, stride: 2, bias: false }, 'Conv1');
  x = net.relu(net.norm(x, epsilon, 'bn_Conv1'), 6);
  let block = 0;
  for (const [filters, repeats, stride, expansion] of STAGES) {
    for (let i = 0; i < repeats; i++) {
      x = invertedResidual(net, x, {
        prefix: block === 0 ? 'expanded_conv_' : `block_${block}_`,
        filters: divisible(Math.floor(filters * alpha)),
        stride: i === 0 ? stride : 1,
        expansion,
        epsilon,
      });
      block++;
    }
  }
  const last = alpha > 1 ? divisible(1280 * alpha) : 1280;
  x = net.relu(net.norm(net.conv(x, last, { bias: false }, 'Conv_1'), epsilon, 'Conv_1_bn'), 6);
  const scores = net.dense(net.globalAverage(x), classes, 'Logits');
  return { model: net.model('mobilenet_v2', scores), weighted: net.weighted };
}

function invertedResidual(
  net: Net,
  x: Tensor,
  options: {
    readonly prefix: string;
    readonly filters: number;
    readonly stride: number;
    readonly expansion: number;
    readonly epsilon: number;
  },
): Tensor {
  const { prefix, filters, stride, expansion, epsilon } = options;
  let y = x;
  if (expansion > 1) {
    y = net.conv(y, x.channels * expansion, { bias: false }, `${prefix}expand`);
    y = net.relu(net.norm(y, epsilon, `${prefix}expand_BN`), 6);
  }
  y = net.depthwise(y, { stride }, `${prefix}depthwise`);
  y = net.relu(net.norm(y, epsilon, `${prefix}depthwise_BN`), 6);
  y = net.conv(y, filters, { bias: false }, `${prefix}project`);
  y = net.norm(y, epsilon, `${prefix}project_BN`);
  return stride === 1 && x.channels === filters ? net.sum(x, y) : y;
}
