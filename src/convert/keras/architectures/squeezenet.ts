import type { LayersModel } from '../../tfjs/layers/topology.ts';
import { Net, type Tensor } from './net.ts';
import type { Built } from './types.ts';

/**
 * SqueezeNet 1.1 as rcmalli/keras-squeezenet and ImageAI have it: convolutions and pools without padding, and a ReLU
 * before the mean (Iandola et al., arXiv:1602.07360).
 */
export function squeezenet(classes: number): Built {
  const net = new Net();
  const relu = { activation: 'relu' } as const;
  const fire = (x: Tensor, i: number, squeeze: number) => {
    const narrow = net.conv(x, squeeze, relu, `fire${i}/squeeze1x1`);
    const left = net.conv(narrow, squeeze * 4, relu, `fire${i}/expand1x1`);
    const right = net.conv(narrow, squeeze * 4, { ...relu, kernel: 3 }, `fire${i}/expand3x3`);
    return net.concat(left, right);
  };
  const pool = (x: Tensor) => net.pool(x, 'Max', 3, 2, 'valid');
  let x = net.conv(net.input(), 64, { ...relu, kernel: 3, stride: 2, padding: 'valid' }, 'conv1');
  x = fire(fire(pool(x), 2, 16), 3, 16);
  x = fire(fire(pool(x), 4, 32), 5, 32);
  x = fire(fire(fire(fire(pool(x), 6, 48), 7, 48), 8, 64), 9, 64);
  x = net.conv(x, classes, relu, 'conv10');
  const model: LayersModel = net.model('squeezenet', net.globalAverage(x));
  return { model, weighted: net.weighted };
}
