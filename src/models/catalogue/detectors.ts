/**
 * Detectors of the COCO classes. Hashes and sizes are those of the ONNX model zoo's own records.
 *
 * @module
 */

import type { ManifestInput } from '../manifest/manifest.ts';
import { entry, type Family, huggingFace, zoo } from './recipes.ts';

const ZOO_DETECTORS =
  'https://github.com/onnx/models/tree/main/validated/vision/object_detection_segmentation';

const LEGACY = 'onnxmodelzoo/legacy_models';
const LEGACY_FOLDER = 'validated/vision/object_detection_segmentation';

const retinanet: Family = {
  task: 'detect',
  labels: 'coco-80',
  input: {
    name: 'input',
    layout: 'NCHW',
    width: 640,
    height: 480,
    channelOrder: 'RGB',
    // The filling is the ImageNet mean: zero after normalisation.
    resize: { rule: 'letterbox', kernel: 'bilinear', fill: [124, 116, 104], anchor: 'top-left' },
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  output: { decoder: 'retinanet' },
  licence: 'BSD-3-Clause',
  source: `${ZOO_DETECTORS}/retinanet`,
  caution:
    'The zoo page gives no resize rule and no class order: letterbox to 640×480 and the order of the 80 COCO classes ' +
    'are presumed.',
};

const ssdMobilenet: Family = {
  task: 'detect',
  labels: 'coco-91',
  input: {
    name: 'inputs',
    layout: 'NHWC',
    // The graph takes any size and shrinks to 300 itself.
    width: 300,
    height: 300,
    channelOrder: 'RGB',
    resize: { rule: 'none', longestSide: 1024 },
    elementType: 'uint8',
  },
  output: { decoder: 'ssd' },
  licence: 'MIT',
  source: `${ZOO_DETECTORS}/ssd-mobilenetv1`,
  caution:
    'The zoo page does not say which class ids the graph answers with: TensorFlow’s 1 to 90 are presumed.',
};

const tinyYolov3: Family = {
  task: 'detect',
  labels: 'coco-80',
  input: {
    name: 'input_1',
    layout: 'NCHW',
    width: 416,
    height: 416,
    channelOrder: 'RGB',
    resize: { rule: 'letterbox', kernel: 'bicubic', fill: [128, 128, 128], anchor: 'center' },
    scale: 1 / 255,
  },
  output: { decoder: 'yolov3-nms' },
  licence: 'MIT',
  source: `${ZOO_DETECTORS}/tiny-yolov3`,
  caution:
    'The stated mAP is doubtful: the zoo page calls it 0.50:0.95 but cites a page that gives mAP at 0.5.',
};

export const DETECTORS: readonly ManifestInput[] = [
  entry(retinanet, {
    id: 'retinanet',
    title: 'RetinaNet, ResNet-101 FPN',
    file: 'retinanet-9.onnx',
    sha256: '06742923960ec4d9899e6fe407d4d2df013fe6962504f099463ca1b8cba45e44',
    bytes: 228_369_343,
    urls: [
      zoo('retinanet-9'),
      huggingFace(LEGACY, 'main', `${LEGACY_FOLDER}/retinanet/model/retinanet-9.onnx`),
      huggingFace(
        LEGACY,
        'ff8aa79eb107c6a2b3540abff9f8266190b799bb',
        `${LEGACY_FOLDER}/retinanet/model/retinanet-9.onnx`,
      ),
    ],
    accuracy: { map: 0.376, note: 'COCO val2017, mAP@[.5:.95], as its authors (NVIDIA) state' },
  }),
  entry(ssdMobilenet, {
    id: 'ssd-mobilenet',
    title: 'SSD MobileNet v1',
    file: 'ssd_mobilenet_v1_12.onnx',
    sha256: 'b8fba5e404077d4048d27fcd1667e85e27e192eb9bf51e696c46a3acd7d21058',
    bytes: 29_461_455,
    urls: [zoo('ssd_mobilenet_v1_12')],
    accuracy: { map: 0.2303, note: 'zoo page' },
  }),
  entry(ssdMobilenet, {
    id: 'ssd-mobilenet-int8',
    title: 'SSD MobileNet v1, int8',
    file: 'ssd_mobilenet_v1_12-int8.onnx',
    sha256: '2b79e6a7fb1ec6a33f332b9b10d82d9de4b7b49dcd26b5946921bb356895c954',
    bytes: 9_540_809,
    urls: [zoo('ssd_mobilenet_v1_12-int8')],
    accuracy: { map: 0.2297, note: 'zoo page' },
  }),
  entry(ssdMobilenet, {
    id: 'ssd-mobilenet-qdq',
    title: 'SSD MobileNet v1, int8 as QDQ',
    file: 'ssd_mobilenet_v1_13-qdq.onnx',
    sha256: 'e5caee2a4bcd7ac7e3d929febaabf1cff9210717abbf56e452c0c496c60ada9a',
    bytes: 10_010_183,
    urls: [
      huggingFace(
        'webml/models-moved',
        'f7ff2bf2a9fcd34ba57e2dbe4d16f99f5ed32a07',
        'int8/ssd_mobilenet_v1_13-qdq.onnx',
      ),
      zoo('ssd_mobilenet_v1_13-qdq'),
    ],
    accuracy: { map: 0.2297, note: 'zoo page' },
  }),
  entry(tinyYolov3, {
    id: 'tiny-yolov3',
    title: 'Tiny YOLOv3',
    file: 'tiny-yolov3-11.onnx',
    sha256: 'f715cc2d99740d22d312777e20d9de2b2ecdc250155be8fd3752ce7e8b823521',
    bytes: 35_511_756,
    urls: [
      huggingFace(
        LEGACY,
        '253614d982615fcf2ca39b51c2fdb3fa73693e94',
        `${LEGACY_FOLDER}/tiny-yolov3/model/tiny-yolov3-11.onnx`,
      ),
      huggingFace('RHRolun/tiny-yolo-v3', 'main', 'tiny-yolov3-11.onnx'),
      zoo('tiny-yolov3-11'),
    ],
    accuracy: { map: 0.331, note: 'zoo page; the metric is doubtful' },
  }),
];
