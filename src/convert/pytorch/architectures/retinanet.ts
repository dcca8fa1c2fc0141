import type { TorchGraph, TorchValue } from '../torch-graph.ts';
import { resnetBody } from './resnet.ts';
import type { TorchArchitecture } from './types.ts';

const ANCHORS = 9;
const BODY = 'backbone.body.';
const FPN = 'backbone.fpn.';

/** RetinaNet of torchvision (Lin et al., arXiv:1708.02002): logits and deltas of all levels, one row an anchor. */
export const retinanet: TorchArchitecture = {
  id: 'retinanet_resnet50_fpn',
  title: 'RetinaNet, ResNet FPN (torchvision, ImageAI 3)',
  task: 'detect',
  matches: (has) => has(`${BODY}conv1.weight`) && has('head.classification_head.cls_logits.weight'),
  classesOf: (graph) => (graph.shapeOf('head.classification_head.cls_logits.weight')[0] ?? 0) / ANCHORS,
  input: ({ side = 800 }) => ({
    width: side,
    height: side,
    pixels: 'imagenet',
    // The filling is the ImageNet mean: zero after normalisation.
    resize: { rule: 'letterbox', kernel: 'bilinear', fill: [124, 116, 104], anchor: 'top-left' },
    anySize: true,
  }),
  // torchvision counts a background; a list of labels of the same length does not.
  detection: ({ classes, labels }) => ({
    decoder: 'retinanet',
    parameters: {
      layout: 'rows',
      scores: ['cls_logits'],
      boxes: ['bbox_regression'],
      activation: 'sigmoid',
      order: 'ratio-first',
      center: 0,
      ratios: [0.5, 1, 2],
      sizes: [32, 64, 128, 256, 512].map((size) => [
        size,
        Math.floor(size * 2 ** (1 / 3)),
        Math.floor(size * 2 ** (2 / 3)),
      ]),
      rounding: 'corners',
      maxLogSize: Math.log(1000 / 16),
      classOffset: labels !== undefined && labels.length === classes ? 0 : 1,
    },
  }),
  build(graph, picture) {
    const [, c3 = picture, c4 = picture, c5 = picture] = resnetBody(graph, picture, BODY);
    const inner = (i: number, x: TorchValue) => graph.conv(x, keyOf(graph, `${FPN}inner_blocks.${i}`));
    const layer = (i: number, x: TorchValue) => graph.conv(x, keyOf(graph, `${FPN}layer_blocks.${i}`));
    const m5 = inner(2, c5);
    const m4 = graph.add(inner(1, c4), graph.upsample(m5));
    const m3 = graph.add(inner(0, c3), graph.upsample(m4));
    const p5 = layer(2, m5);
    const p6Key = `${FPN}extra_blocks.p6`;
    const from = graph.shapeOf(`${p6Key}.weight`)[1] === p5.channels ? p5 : c5;
    const p6 = graph.conv(from, p6Key, { stride: 2 });
    const p7 = graph.conv(graph.relu(p6), `${FPN}extra_blocks.p7`, { stride: 2 });
    const levels = [layer(0, m3), layer(1, m4), p5, p6, p7];
    const classes = (graph.shapeOf('head.classification_head.cls_logits.weight')[0] ?? 0) / ANCHORS;
    const scores = rows(graph, levels, 'head.classification_head', 'cls_logits', classes);
    const boxes = rows(graph, levels, 'head.regression_head', 'bbox_reg', 4);
    return [
      { name: 'cls_logits', value: scores, dims: ['N', 'anchors', classes] },
      { name: 'bbox_regression', value: boxes, dims: ['N', 'anchors', 4] },
    ];
  },
};

/** Newer weights wrap each convolution of the pyramid once more. */
function keyOf(graph: TorchGraph, key: string): string {
  return graph.has(`${key}.0.weight`) ? `${key}.0` : key;
}

/** One head over all levels, as [N, rows × columns × anchors, width]. */
function rows(
  graph: TorchGraph,
  levels: readonly TorchValue[],
  head: string,
  last: string,
  width: number,
): TorchValue {
  const { sink } = graph;
  const wrapped = graph.has(`${head}.conv.0.0.weight`);
  const parts = levels.map((level) => {
    let x = level;
    for (let i = 0; i < 4; i++)
      x = graph.relu(graph.conv(x, wrapped ? `${head}.conv.${i}.0` : `${head}.conv.${i * 2}`));
    x = graph.conv(x, `${head}.${last}`);
    const moved = sink.node('Transpose', [x.name], { perm: [0, 2, 3, 1] });
    return sink.node('Reshape', [moved, sink.ints([0, -1, width])]);
  });
  return graph.node('Concat', parts, width, { axis: 1 });
}
