import { Net, type Tensor } from './net.ts';
import type { Built } from './types.ts';

const STAGES = [1, 2, 8, 8, 4] as const;

function body(net: Net) {
  const epsilon = 0.001;
  return {
    conv: (x: Tensor, filters: number, kernel: 1 | 3) =>
      net.leakyRelu(net.norm(net.conv(x, filters, { kernel, bias: false }), epsilon), 0.1),
    /** Darknet pads on the near sides. */
    down: (x: Tensor, filters: number) => {
      const padded = net.pad(x, [
        [1, 0],
        [1, 0],
      ]);
      const options = { kernel: 3, stride: 2, padding: 'valid', bias: false } as const;
      return net.leakyRelu(net.norm(net.conv(padded, filters, options), epsilon), 0.1);
    },
  };
}

/** YOLOv3 of Keras (Redmon and Farhadi, arXiv:1804.02767): three raw heads, the coarsest first. */
export function yolov3(classes: number): Built {
  const net = new Net();
  const { conv, down } = body(net);
  let x = conv(net.input(), 32, 3);
  const routes = STAGES.map((blocks, stage) => {
    const filters = 64 * 2 ** stage;
    x = down(x, filters);
    for (let i = 0; i < blocks; i++) x = net.sum(x, conv(conv(x, filters / 2, 1), filters, 3));
    return x;
  });
  const [, , fine, middle] = routes;
  const heads: Tensor[] = [];
  for (const [filters, route] of [
    [512, undefined],
    [256, middle],
    [128, fine],
  ] as const) {
    if (route) x = net.concat(net.upsample(conv(x, filters, 1)), route);
    x = conv(conv(conv(conv(conv(x, filters, 1), filters * 2, 3), filters, 1), filters * 2, 3), filters, 1);
    heads.push(net.conv(conv(x, filters * 2, 3), 3 * (5 + classes)));
  }
  return { model: net.model('yolov3', ...heads), weighted: net.weighted };
}

/** Tiny YOLOv3 of Keras: two raw heads, the coarser first. */
export function tinyYolov3(classes: number): Built {
  const net = new Net();
  const { conv } = body(net);
  let x = net.input();
  for (const filters of [16, 32, 64, 128]) x = net.pool(conv(x, filters, 3), 'Max', 2, 2, 'same');
  const route = conv(x, 256, 3);
  x = net.pool(conv(net.pool(route, 'Max', 2, 2, 'same'), 512, 3), 'Max', 2, 1, 'same');
  x = conv(conv(x, 1024, 3), 256, 1);
  const coarse = net.conv(conv(x, 512, 3), 3 * (5 + classes));
  const joined = net.concat(net.upsample(conv(x, 128, 1)), route);
  const fine = net.conv(conv(joined, 256, 3), 3 * (5 + classes));
  return { model: net.model('tiny_yolov3', coarse, fine), weighted: net.weighted };
}
