import { formula } from '../reference-weights.ts';
import type { TensorToWrite } from './torch-writers.ts';

/** Shapes of a state dict in PyTorch's order, as the modules register them. */
class Shapes {
  readonly list: [name: string, shape: readonly number[]][] = [];

  add(name: string, ...shape: readonly number[]): void {
    this.list.push([name, shape]);
  }

  conv(key: string, out: number, inputs: number, height: number, width = height, bias = false): void {
    this.add(`${key}.weight`, out, inputs, height, width);
    if (bias) this.add(`${key}.bias`, out);
  }

  norm(key: string, channels: number): void {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
      this.add(`${key}.${part}`, channels);
    this.add(`${key}.num_batches_tracked`);
  }

  linear(key: string, out: number, inputs: number): void {
    this.add(`${key}.weight`, out, inputs);
    this.add(`${key}.bias`, out);
  }
}

function mobilenetV2(s: Shapes, classes: number): void {
  s.conv('features.0.0', 32, 3, 3);
  s.norm('features.0.1', 32);
  let [channels, index] = [32, 1];
  for (const [t, c, n] of [
    [1, 16, 1],
    [6, 24, 2],
    [6, 32, 3],
    [6, 64, 4],
    [6, 96, 3],
    [6, 160, 3],
    [6, 320, 1],
  ] as const) {
    for (let i = 0; i < n; i++, index++) {
      const key = `features.${index}.conv`;
      const hidden = channels * t;
      let part = 0;
      if (t !== 1) {
        s.conv(`${key}.0.0`, hidden, channels, 1);
        s.norm(`${key}.0.1`, hidden);
        part = 1;
      }
      s.conv(`${key}.${part}.0`, hidden, 1, 3);
      s.norm(`${key}.${part}.1`, hidden);
      s.conv(`${key}.${part + 1}`, c, hidden, 1);
      s.norm(`${key}.${part + 2}`, c);
      channels = c;
    }
  }
  s.conv('features.18.0', 1280, 320, 1);
  s.norm('features.18.1', 1280);
  s.linear('classifier.1', classes, 1280);
}

function resnetBody(s: Shapes, prefix = ''): void {
  s.conv(`${prefix}conv1`, 64, 3, 7);
  s.norm(`${prefix}bn1`, 64);
  let channels = 64;
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const width = 64 * 2 ** stage;
    for (let b = 0; b < blocks; b++) {
      const key = `${prefix}layer${stage + 1}.${b}`;
      s.conv(`${key}.conv1`, width, channels, 1);
      s.norm(`${key}.bn1`, width);
      s.conv(`${key}.conv2`, width, width, 3);
      s.norm(`${key}.bn2`, width);
      s.conv(`${key}.conv3`, width * 4, width, 1);
      s.norm(`${key}.bn3`, width * 4);
      if (b === 0) {
        s.conv(`${key}.downsample.0`, width * 4, channels, 1);
        s.norm(`${key}.downsample.1`, width * 4);
      }
      channels = width * 4;
    }
  }
}

function inceptionV3(s: Shapes, classes: number): void {
  const conv = (key: string, out: number, inputs: number, height: number, width = height) => {
    s.conv(`${key}.conv`, out, inputs, height, width);
    s.norm(`${key}.bn`, out);
  };
  conv('Conv2d_1a_3x3', 32, 3, 3);
  conv('Conv2d_2a_3x3', 32, 32, 3);
  conv('Conv2d_2b_3x3', 64, 32, 3);
  conv('Conv2d_3b_1x1', 80, 64, 1);
  conv('Conv2d_4a_3x3', 192, 80, 3);
  for (const [m, c, p] of [
    ['5b', 192, 32],
    ['5c', 256, 64],
    ['5d', 288, 64],
  ] as const) {
    const k = `Mixed_${m}.`;
    conv(`${k}branch1x1`, 64, c, 1);
    conv(`${k}branch5x5_1`, 48, c, 1);
    conv(`${k}branch5x5_2`, 64, 48, 5);
    conv(`${k}branch3x3dbl_1`, 64, c, 1);
    conv(`${k}branch3x3dbl_2`, 96, 64, 3);
    conv(`${k}branch3x3dbl_3`, 96, 96, 3);
    conv(`${k}branch_pool`, p, c, 1);
  }
  conv('Mixed_6a.branch3x3', 384, 288, 3);
  conv('Mixed_6a.branch3x3dbl_1', 64, 288, 1);
  conv('Mixed_6a.branch3x3dbl_2', 96, 64, 3);
  conv('Mixed_6a.branch3x3dbl_3', 96, 96, 3);
  for (const [m, w] of [
    ['6b', 128],
    ['6c', 160],
    ['6d', 160],
    ['6e', 192],
  ] as const) {
    const k = `Mixed_${m}.`;
    conv(`${k}branch1x1`, 192, 768, 1);
    conv(`${k}branch7x7_1`, w, 768, 1);
    conv(`${k}branch7x7_2`, w, w, 1, 7);
    conv(`${k}branch7x7_3`, 192, w, 7, 1);
    conv(`${k}branch7x7dbl_1`, w, 768, 1);
    conv(`${k}branch7x7dbl_2`, w, w, 7, 1);
    conv(`${k}branch7x7dbl_3`, w, w, 1, 7);
    conv(`${k}branch7x7dbl_4`, w, w, 7, 1);
    conv(`${k}branch7x7dbl_5`, 192, w, 1, 7);
    conv(`${k}branch_pool`, 192, 768, 1);
  }
  conv('AuxLogits.conv0', 128, 768, 1);
  conv('AuxLogits.conv1', 768, 128, 5);
  s.linear('AuxLogits.fc', classes, 768);
  conv('Mixed_7a.branch3x3_1', 192, 768, 1);
  conv('Mixed_7a.branch3x3_2', 320, 192, 3);
  conv('Mixed_7a.branch7x7x3_1', 192, 768, 1);
  conv('Mixed_7a.branch7x7x3_2', 192, 192, 1, 7);
  conv('Mixed_7a.branch7x7x3_3', 192, 192, 7, 1);
  conv('Mixed_7a.branch7x7x3_4', 192, 192, 3);
  for (const [m, c] of [
    ['7b', 1280],
    ['7c', 2048],
  ] as const) {
    const k = `Mixed_${m}.`;
    conv(`${k}branch1x1`, 320, c, 1);
    conv(`${k}branch3x3_1`, 384, c, 1);
    conv(`${k}branch3x3_2a`, 384, 384, 1, 3);
    conv(`${k}branch3x3_2b`, 384, 384, 3, 1);
    conv(`${k}branch3x3dbl_1`, 448, c, 1);
    conv(`${k}branch3x3dbl_2`, 384, 448, 3);
    conv(`${k}branch3x3dbl_3a`, 384, 384, 1, 3);
    conv(`${k}branch3x3dbl_3b`, 384, 384, 3, 1);
    conv(`${k}branch_pool`, 192, c, 1);
  }
  s.linear('fc', classes, 2048);
}

function densenet121(s: Shapes, classes: number): void {
  s.conv('features.conv0', 64, 3, 7);
  s.norm('features.norm0', 64);
  let channels = 64;
  for (const [b, layers] of [6, 12, 24, 16].entries()) {
    for (let i = 1; i <= layers; i++) {
      const key = `features.denseblock${b + 1}.denselayer${i}`;
      s.norm(`${key}.norm1`, channels);
      s.conv(`${key}.conv1`, 128, channels, 1);
      s.norm(`${key}.norm2`, 128);
      s.conv(`${key}.conv2`, 32, 128, 3);
      channels += 32;
    }
    if (b === 3) break;
    s.norm(`features.transition${b + 1}.norm`, channels);
    channels /= 2;
    s.conv(`features.transition${b + 1}.conv`, channels, channels * 2, 1);
  }
  s.norm('features.norm5', channels);
  s.linear('classifier', classes, channels);
}

function squeezenet(s: Shapes, classes: number): void {
  s.conv('features.0', 64, 3, 3, 3, true);
  for (const [i, c, q] of [
    [3, 64, 16],
    [4, 128, 16],
    [6, 128, 32],
    [7, 256, 32],
    [9, 256, 48],
    [10, 384, 48],
    [11, 384, 64],
    [12, 512, 64],
  ] as const) {
    s.conv(`features.${i}.squeeze`, q, c, 1, 1, true);
    s.conv(`features.${i}.expand1x1`, q * 4, q, 1, 1, true);
    s.conv(`features.${i}.expand3x3`, q * 4, q, 3, 3, true);
  }
  s.conv('classifier.1', classes, 512, 1, 1, true);
}

function yolo(
  s: Shapes,
  rows: readonly (readonly [out: number, inputs: number, kernel: number])[],
  heads: readonly number[],
  classes: number,
): void {
  for (const [i, [out, inputs, kernel]] of rows.entries()) {
    const key = `conv${i + 1}`;
    if (heads.includes(i + 1)) s.conv(`${key}.conv`, 3 * (5 + classes), inputs, 1, 1, true);
    else {
      s.conv(`${key}.conv`, out, inputs, kernel);
      s.norm(`${key}.batch_norm`, out);
    }
  }
}

function yolov3(s: Shapes, classes: number): void {
  const rows: [number, number, number][] = [[32, 3, 3]];
  let channels = 32;
  for (const blocks of [1, 2, 8, 8, 4]) {
    rows.push([channels * 2, channels, 3]);
    channels *= 2;
    for (let i = 0; i < blocks; i++) rows.push([channels / 2, channels, 1], [channels, channels / 2, 3]);
  }
  for (const [width, inputs] of [
    [512, 1024],
    [256, 768],
    [128, 384],
  ] as const) {
    if (width < 512) rows.push([width, width * 2, 1]);
    rows.push(
      [width, inputs, 1],
      [width * 2, width, 3],
      [width, width * 2, 1],
      [width * 2, width, 3],
      [width, width * 2, 1],
      [width * 2, width, 3],
      [0, width * 2, 1],
    );
  }
  yolo(s, rows, [59, 67, 75], classes);
}

function tinyYolov3(s: Shapes, classes: number): void {
  const rows: [number, number, number][] = [
    [16, 3, 3],
    [32, 16, 3],
    [64, 32, 3],
    [128, 64, 3],
    [256, 128, 3],
    [512, 256, 3],
    [1024, 512, 3],
    [256, 1024, 1],
    [512, 256, 3],
    [0, 512, 1],
    [128, 256, 1],
    [256, 384, 3],
    [0, 256, 1],
  ];
  yolo(s, rows, [10, 13], classes);
}

function retinanet(s: Shapes, classes: number): void {
  resnetBody(s, 'backbone.body.');
  for (const [i, c] of [512, 1024, 2048].entries())
    s.conv(`backbone.fpn.inner_blocks.${i}.0`, 256, c, 1, 1, true);
  for (const i of [0, 1, 2]) s.conv(`backbone.fpn.layer_blocks.${i}.0`, 256, 256, 3, 3, true);
  for (const p of ['p6', 'p7']) s.conv(`backbone.fpn.extra_blocks.${p}`, 256, 256, 3, 3, true);
  for (const [head, last, out] of [
    ['classification_head', 'cls_logits', 9 * classes],
    ['regression_head', 'bbox_reg', 36],
  ] as const) {
    for (const i of [0, 1, 2, 3]) s.conv(`head.${head}.conv.${i}.0`, 256, 256, 3, 3, true);
    s.conv(`head.${head}.${last}`, out, 256, 3, 3, true);
  }
}

const NETS = {
  mobilenet_v2: mobilenetV2,
  resnet50: (s: Shapes, classes: number) => {
    resnetBody(s);
    s.linear('fc', classes, 2048);
  },
  inception_v3: inceptionV3,
  densenet121,
  squeezenet1_1: squeezenet,
  yolov3,
  'tiny-yolov3': tinyYolov3,
  retinanet,
} as const;

export type TorchNet = keyof typeof NETS;

/** The weights of `references.json` for a net, in the order of its state dict. */
export function stateDict(net: TorchNet, classes: number): TensorToWrite[] {
  const shapes = new Shapes();
  NETS[net](shapes, classes);
  return shapes.list.map(([name, shape], t) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const fan = count / (shape[0] ?? 1);
    const map = name.endsWith('num_batches_tracked')
      ? () => 0
      : shape.length >= 2
        ? (r: number) => r * Math.sqrt(6 / fan)
        : name.endsWith('running_var')
          ? (r: number) => 1 + 0.5 * Math.abs(r)
          : name.endsWith('weight')
            ? (r: number) => 0.8 + 0.2 * r
            : (r: number) => 0.1 * r;
    return { name, shape, data: formula(t, count, map) };
  });
}
