import { Net, type Tensor } from './net.ts';
import type { Built } from './types.ts';

const BLOCKS = [6, 12, 24, 16] as const;
const GROWTH = 32;

/**
 * DenseNet-121 (Huang et al., arXiv:1608.06993).
 *
 * @param style `first`: titu1994's weights, with windows that are padded as TensorFlow does it; `applications`: those of
 *   `tf.keras.applications`, with borders of their own
 */
export function densenet121(classes: number, style: 'first' | 'applications'): Built {
  const net = new Net();
  const first = style === 'first';
  const epsilon = first ? 1.1e-5 : 1.001e-5;
  const pad = (x: Tensor, by: number) =>
    net.pad(x, [
      [by, by],
      [by, by],
    ]);
  const stem = { kernel: 7, stride: 2, bias: false } as const;
  const input = net.input();
  let x = first
    ? net.conv(input, 64, stem, 'conv1/conv')
    : net.conv(pad(input, 3), 64, { ...stem, padding: 'valid' }, 'conv1/conv');
  x = net.relu(net.norm(x, epsilon, 'conv1/bn'));
  x = first ? net.pool(x, 'Max', 3, 2, 'same') : net.pool(pad(x, 1), 'Max', 3, 2, 'valid');
  for (const [stage, layers] of BLOCKS.entries()) {
    for (let i = 0; i < layers; i++) {
      const name = `conv${stage + 2}_block${i + 1}`;
      let y = net.relu(net.norm(x, epsilon, `${name}_0_bn`));
      y = net.conv(y, 4 * GROWTH, { bias: false }, `${name}_1_conv`);
      y = net.relu(net.norm(y, epsilon, `${name}_1_bn`));
      y = net.conv(y, GROWTH, { kernel: 3, bias: false }, `${name}_2_conv`);
      x = net.concat(x, y);
    }
    if (stage === BLOCKS.length - 1) break;
    x = net.relu(net.norm(x, epsilon, `pool${stage + 2}_bn`));
    x = net.conv(x, x.channels / 2, { bias: false }, `pool${stage + 2}_conv`);
    x = net.pool(x, 'Average', 2, 2, 'valid');
  }
  x = net.relu(net.norm(x, epsilon, 'bn'));
  const scores = net.dense(net.globalAverage(x), classes, 'fc1000');
  return { model: net.model('densenet121', scores), weighted: net.weighted };
}
