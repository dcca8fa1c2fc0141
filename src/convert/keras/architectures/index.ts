import { densenet121 } from './densenet121.ts';
import { inceptionV3 } from './inception-v3.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import { resnet50First, resnet50Second } from './resnet50.ts';
import { squeezenet } from './squeezenet.ts';
import type { Architecture } from './types.ts';
import { tinyYolov3, yolov3 } from './yolov3.ts';

/** Widths of MobileNetV2 for which Keras has weights. */
const ALPHAS = [1, 0.35, 0.5, 0.75, 1.3, 1.4] as const;

/** Architectures that are known by the shapes of their weights; of several with the same shapes, names decide. */
export const ARCHITECTURES: readonly Architecture[] = [
  {
    id: 'squeezenet',
    title: 'SqueezeNet 1.1 (Keras)',
    head: [1, 1, 512],
    tensors: 52,
    build: squeezenet,
    pixels: 'caffe',
    side: 224,
  },
  {
    id: 'resnet50-v1',
    title: 'ResNet-50, first weights of Keras',
    head: [2048],
    tensors: 320,
    build: (classes) => resnet50First(classes, 'padded'),
    named: /^res2a_branch2a$/,
    pixels: 'caffe',
    side: 224,
    remark: 'ImageAI up to 2.1.5 runs this file in a slightly different net: --recipe resnet50-imageai.',
  },
  {
    id: 'resnet50-v2',
    title: 'ResNet-50 of tf.keras.applications',
    head: [2048],
    tensors: 320,
    build: resnet50Second,
    named: /^conv2_block1_1_conv$/,
    pixels: 'caffe',
    side: 224,
    remark: 'ImageAI 2.1.6 feeds this file RGB of 0..255 without preprocessing: --pixels 0..255.',
  },
  {
    id: 'resnet50-imageai',
    title: 'ResNet-50 of ImageAI up to 2.1.5',
    head: [2048],
    tensors: 320,
    build: (classes) => resnet50First(classes, 'same'),
    pixels: 'caffe',
    side: 224,
  },
  {
    id: 'densenet121-applications',
    title: 'DenseNet-121 of tf.keras.applications',
    head: [1024],
    tensors: 606,
    build: (classes) => densenet121(classes, 'applications'),
    named: /^conv2_block1_1_conv$/,
    pixels: 'imagenet',
    side: 224,
  },
  {
    id: 'densenet121-titu1994',
    title: 'DenseNet-121, first weights of Keras (titu1994)',
    head: [1024],
    tensors: 606,
    build: (classes) => densenet121(classes, 'first'),
    pixels: 'caffe-0.017',
    side: 224,
  },
  {
    id: 'inception-v3',
    title: 'Inception v3 of Keras',
    head: [2048],
    tensors: 378,
    build: inceptionV3,
    pixels: '-1..1',
    side: 224,
    remark: 'The net was made for 299 pixels, ImageAI feeds it 224: --side 299.',
  },
  {
    id: 'yolov3',
    title: 'YOLOv3 of Keras',
    head: [1, 1, 1024],
    tensors: 366,
    build: yolov3,
    pixels: '0..1',
    detector: true,
    side: 416,
  },
  {
    id: 'tiny-yolov3',
    title: 'Tiny YOLOv3 of Keras',
    head: [1, 1, 512],
    tensors: 59,
    build: tinyYolov3,
    pixels: '0..1',
    detector: true,
    side: 416,
  },
  ...ALPHAS.map((alpha) => ({
    id: alpha === 1 ? 'mobilenet-v2' : `mobilenet-v2-${alpha}`,
    title: alpha === 1 ? 'MobileNetV2 of Keras' : `MobileNetV2 of Keras, ${alpha} times as wide`,
    head: [alpha > 1 ? 1280 * alpha : 1280],
    tensors: 262,
    build: (classes: number) => mobilenetV2(classes, alpha),
    pixels: '-1..1' as const,
    side: 224,
  })),
];
