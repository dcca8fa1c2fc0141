import { type ConvOptions, Net, type Tensor } from './net.ts';
import type { Built } from './types.ts';

type Kernel = readonly [number, number];
const ONE: Kernel = [1, 1];
const THREE: Kernel = [3, 3];
const ROW: Kernel = [1, 7];
const COLUMN: Kernel = [7, 1];

/** Inception v3 (Szegedy et al., arXiv:1512.00567) of Keras: normalisations without a factor, named by number alone. */
export function inceptionV3(classes: number): Built {
  const net = new Net();
  let count = 0;
  const conv = (x: Tensor, filters: number, kernel: Kernel, options: ConvOptions = {}) => {
    count++;
    const y = net.conv(x, filters, { kernel, bias: false, ...options }, `conv2d_${count}`);
    return net.relu(net.norm(y, 0.001, `batch_normalization_${count}`, false));
  };
  const chain = (x: Tensor, ...steps: readonly (readonly [number, Kernel, ConvOptions?])[]) =>
    steps.reduce((y, [filters, kernel, options]) => conv(y, filters, kernel, options), x);
  const valid = { padding: 'valid' } as const;
  const down = { padding: 'valid', stride: 2 } as const;
  const average = (x: Tensor) => net.pool(x, 'Average', 3, 1, 'same');
  const shrink = (x: Tensor) => net.pool(x, 'Max', 3, 2, 'valid');

  let x = chain(net.input(), [32, THREE, down], [32, THREE, valid], [64, THREE]);
  x = chain(shrink(x), [80, ONE, valid], [192, THREE, valid]);
  x = shrink(x);
  for (const pooled of [32, 64, 64]) {
    x = net.concat(
      conv(x, 64, ONE),
      chain(x, [48, ONE], [64, [5, 5]]),
      chain(x, [64, ONE], [96, THREE], [96, THREE]),
      conv(average(x), pooled, ONE),
    );
  }
  x = net.concat(conv(x, 384, THREE, down), chain(x, [64, ONE], [96, THREE], [96, THREE, down]), shrink(x));
  for (const width of [128, 160, 160, 192]) {
    x = net.concat(
      conv(x, 192, ONE),
      chain(x, [width, ONE], [width, ROW], [192, COLUMN]),
      chain(x, [width, ONE], [width, COLUMN], [width, ROW], [width, COLUMN], [192, ROW]),
      conv(average(x), 192, ONE),
    );
  }
  x = net.concat(
    chain(x, [192, ONE], [320, THREE, down]),
    chain(x, [192, ONE], [192, ROW], [192, COLUMN], [192, THREE, down]),
    shrink(x),
  );
  for (let i = 0; i < 2; i++) {
    const plain = conv(x, 320, ONE);
    const short = conv(x, 384, ONE);
    const split = net.concat(conv(short, 384, [1, 3]), conv(short, 384, [3, 1]));
    const long = chain(x, [448, ONE], [384, THREE]);
    const longSplit = net.concat(conv(long, 384, [1, 3]), conv(long, 384, [3, 1]));
    x = net.concat(plain, split, longSplit, conv(average(x), 192, ONE));
  }
  const scores = net.dense(net.globalAverage(x), classes, 'predictions');
  return { model: net.model('inception_v3', scores), weighted: net.weighted };
}
