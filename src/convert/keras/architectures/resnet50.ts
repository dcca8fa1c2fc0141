import { Net, type Tensor } from './net.ts';
import type { Built } from './types.ts';

const STAGES = [
  { filters: 64, blocks: 3 },
  { filters: 128, blocks: 4 },
  { filters: 256, blocks: 6 },
  { filters: 512, blocks: 3 },
] as const;

const PAD_3 = [
  [3, 3],
  [3, 3],
] as const;
const PAD_1 = [
  [1, 1],
  [1, 1],
] as const;

/**
 * ResNet-50 (He et al., arXiv:1512.03385) as the first weights of Keras have it: `res2a_branch2a`, strides in the first
 * 1×1 convolution, the shortcut's convolution after the others.
 *
 * @param stem `padded` as Keras has it; `same` as the net has it that ImageAI up to 2.1.5 loads the same file into
 */
export function resnet50First(classes: number, stem: 'padded' | 'same'): Built {
  const net = new Net();
  const epsilon = 0.001;
  const input = net.input();
  let x = net.conv(
    stem === 'padded' ? net.pad(input, PAD_3) : input,
    64,
    { kernel: 7, stride: 2, padding: stem === 'padded' ? 'valid' : 'same' },
    'conv1',
  );
  x = net.relu(net.norm(x, epsilon, 'bn_conv1'));
  x = net.pool(x, 'Max', 3, 2, 'valid');
  for (const [s, { filters, blocks }] of STAGES.entries()) {
    for (let b = 0; b < blocks; b++) {
      const block = `${s + 2}${String.fromCharCode(97 + b)}_branch`;
      const stride = b === 0 && s > 0 ? 2 : 1;
      const step = (y: Tensor, part: string, width: number, options: object) =>
        net.norm(net.conv(y, width, options, `res${block}${part}`), epsilon, `bn${block}${part}`);
      let y = net.relu(step(x, '2a', filters, { stride }));
      y = net.relu(step(y, '2b', filters, { kernel: 3 }));
      y = step(y, '2c', filters * 4, {});
      const shortcut = b === 0 ? step(x, '1', filters * 4, { stride }) : x;
      x = net.relu(net.sum(y, shortcut));
    }
  }
  const scores = net.dense(net.globalAverage(x), classes, 'fc1000');
  return { model: net.model('resnet50', scores), weighted: net.weighted };
}

/** ResNet-50 of `tf.keras.applications`: `conv2_block1_1_conv`, strides in the first 1×1 convolution, padded pooling. */
export function resnet50Second(classes: number): Built {
  const net = new Net();
  const epsilon = 1.001e-5;
  let x = net.conv(net.pad(net.input(), PAD_3), 64, { kernel: 7, stride: 2, padding: 'valid' }, 'conv1_conv');
  x = net.relu(net.norm(x, epsilon, 'conv1_bn'));
  x = net.pool(net.pad(x, PAD_1), 'Max', 3, 2, 'valid');
  for (const [s, { filters, blocks }] of STAGES.entries()) {
    for (let b = 0; b < blocks; b++) {
      const block = `conv${s + 2}_block${b + 1}`;
      const stride = b === 0 && s > 0 ? 2 : 1;
      const step = (y: Tensor, part: number, width: number, options: object) =>
        net.norm(net.conv(y, width, options, `${block}_${part}_conv`), epsilon, `${block}_${part}_bn`);
      const shortcut = b === 0 ? step(x, 0, filters * 4, { stride }) : x;
      let y = net.relu(step(x, 1, filters, { stride }));
      y = net.relu(step(y, 2, filters, { kernel: 3 }));
      y = step(y, 3, filters * 4, {});
      x = net.relu(net.sum(shortcut, y));
    }
  }
  const scores = net.dense(net.globalAverage(x), classes, 'probs');
  return { model: net.model('resnet50', scores), weighted: net.weighted };
}
