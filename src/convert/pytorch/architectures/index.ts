import { densenet } from './densenet.ts';
import { inceptionV3 } from './inception-v3.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import { pnet, rnet } from './mtcnn.ts';
import { cifarResnet, resnet } from './resnet.ts';
import { retinanet } from './retinanet.ts';
import { squeezenet } from './squeezenet.ts';
import type { TorchArchitecture } from './types.ts';
import { tinyYolov3, yolov3 } from './yolov3.ts';

/** Architectures that are known by the keys of their state dicts. */
export const ARCHITECTURES: readonly TorchArchitecture[] = [
  mobilenetV2,
  resnet,
  cifarResnet,
  inceptionV3,
  densenet,
  squeezenet,
  yolov3,
  tinyYolov3,
  retinanet,
  pnet,
  rnet,
];
