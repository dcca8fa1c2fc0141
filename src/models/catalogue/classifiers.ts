/**
 * Classifiers of the 1000 ImageNet classes. Hashes and sizes are those of the ONNX model zoo's own records.
 *
 * @module
 */

import type { ManifestInput } from '../manifest/manifest.ts';
import {
  CAFFE_INPUT,
  DENSENET_INPUT,
  EFFICIENTNET_LITE_INPUT,
  entry,
  type Family,
  huggingFace,
  IMAGENET_INPUT,
  INCEPTION_INPUT,
  MXNET_INPUT,
  zoo,
} from './recipes.ts';

const ZOO_CLASSIFIERS = 'https://github.com/onnx/models/tree/main/validated/vision/classification';

const classes = { task: 'classify', labels: 'imagenet-1k' } as const;

const squeezenet11: Family = {
  ...classes,
  input: { ...MXNET_INPUT, name: 'data' },
  output: { decoder: 'classification', name: 'squeezenet0_flatten0_reshape0', softmax: 'outside' },
  licence: 'Apache-2.0',
  source: `${ZOO_CLASSIFIERS}/squeezenet`,
};

const squeezenet10: Family = {
  ...classes,
  input: { ...CAFFE_INPUT, name: 'data_0' },
  output: { decoder: 'classification', name: 'softmaxout_1', softmax: 'inside' },
  licence: 'Apache-2.0',
  source: `${ZOO_CLASSIFIERS}/squeezenet`,
  caution:
    'Contested recipe: the zoo page prescribes RGB with the ImageNet mean and deviation, bug reports call the answers ' +
    'wrong. This entry feeds BGR 0..255 minus the channel means, as the model was trained in Caffe and as the ' +
    'quantisation run that measured the accuracy did. SqueezeNet 1.1 (squeezenet) is not concerned.',
};

const resnet50: Family = {
  ...classes,
  input: { ...MXNET_INPUT, name: 'data' },
  output: { decoder: 'classification', name: 'resnetv17_dense0_fwd', softmax: 'outside' },
  licence: 'Apache-2.0',
  source: `${ZOO_CLASSIFIERS}/resnet`,
};

const inceptionv3: Family = {
  ...classes,
  input: { ...INCEPTION_INPUT, name: 'x' },
  output: { decoder: 'classification', softmax: 'outside' },
  licence: 'Apache-2.0',
  source: 'https://huggingface.co/timm/inception_v3.tv_in1k',
  caution:
    'Not certain: all addresses are inferred from a naming pattern, and the zoo does not state which weights were ' +
    'exported (by elimination torchvision’s, with the recipe given here).',
};

const densenet121: Family = {
  ...classes,
  input: { ...DENSENET_INPUT, name: 'data_0' },
  output: { decoder: 'classification', name: 'fc6_1', softmax: 'outside' },
  licence: 'MIT',
  source: `${ZOO_CLASSIFIERS}/densenet-121`,
  caution:
    'Contested recipe: the zoo page gives none. This entry uses the one of the Caffe port that the graph comes from ' +
    '(BGR minus means, times 0.017). The stated accuracy was measured with RGB and the ImageNet mean and deviation, ' +
    'and lies far under the 74 to 75 % usual for DenseNet-121.',
};

const mobilenetv2: Family = {
  ...classes,
  input: { ...IMAGENET_INPUT, name: 'input' },
  output: { decoder: 'classification', name: 'output', softmax: 'outside' },
  licence: 'Apache-2.0',
  source: `${ZOO_CLASSIFIERS}/mobilenet`,
};

const efficientnetLite4: Family = {
  ...classes,
  input: { ...EFFICIENTNET_LITE_INPUT, name: 'images:0' },
  output: { decoder: 'classification', name: 'Softmax:0', softmax: 'inside' },
  licence: 'MIT',
  source: `${ZOO_CLASSIFIERS}/efficientnet-lite4`,
};

export const CLASSIFIERS: readonly ManifestInput[] = [
  entry(squeezenet11, {
    id: 'squeezenet',
    title: 'SqueezeNet 1.1',
    file: 'squeezenet1.1-7.onnx',
    sha256: '1eeff551a67ae8d565ca33b572fc4b66e3ef357b0eb2863bb9ff47a918cc4088',
    bytes: 4_956_208,
    urls: [
      huggingFace('lmz/candle-onnx', 'b60ad30d84c5bb84dbef425c715ac3ce42acdd5f', 'squeezenet1.1-7.onnx'),
      huggingFace('webml/models-moved', '6402525e79d500a43bdeeeda70fb8e5a7cdc39f1', 'squeezenet1.1-7.onnx'),
      zoo('squeezenet1.1-7'),
    ],
    accuracy: { top1: 0.5634, top5: 0.7912, note: 'zoo page, centre crop' },
  }),
  entry(squeezenet10, {
    id: 'squeezenet1.0',
    title: 'SqueezeNet 1.0',
    file: 'squeezenet1.0-12.onnx',
    sha256: 'dec81a8684617770b3cf13fadc1d92565d1d453d23935fc6388b792d99c992bd',
    bytes: 4_952_956,
    urls: [zoo('squeezenet1.0-12')],
    accuracy: { top1: 0.5685, top5: 0.7987, note: 'zoo page' },
  }),
  entry(squeezenet10, {
    id: 'squeezenet1.0-int8',
    title: 'SqueezeNet 1.0, int8',
    file: 'squeezenet1.0-12-int8.onnx',
    sha256: '3da17dfad1b7ba23c93fac6dbf49f6db78cd42f7519e915a2e27d37c5c0a972b',
    bytes: 1_293_388,
    urls: [
      huggingFace(
        'onnxmodelzoo/legacy_models',
        '75c0f5f9fd732024fbf71a2ccc17d087c83778cd',
        'validated/vision/classification/squeezenet/model/squeezenet1.0-12-int8.onnx',
      ),
      zoo('squeezenet1.0-12-int8'),
    ],
    accuracy: { top1: 0.5648, top5: 0.7976, note: 'zoo page (Intel Neural Compressor)' },
  }),
  entry(squeezenet10, {
    id: 'squeezenet1.0-qdq',
    title: 'SqueezeNet 1.0, int8 as QDQ',
    file: 'squeezenet1.0-13-qdq.onnx',
    sha256: '4a567dd7542ef440890d57268fabf47211174c593d7a1837bd7f16a1067169e7',
    bytes: 1_345_213,
    urls: [
      huggingFace('webai-community/models-bk', 'main', 'int8/squeezenet1.0-13-qdq.onnx'),
      zoo('squeezenet1.0-13-qdq'),
    ],
    accuracy: { top1: 0.5654, top5: 0.7976, note: 'zoo page (Intel Neural Compressor)' },
  }),
  entry(resnet50, {
    id: 'resnet50',
    title: 'ResNet-50 v1',
    file: 'resnet50-v1-12.onnx',
    sha256: '3f03fdef724b22947eed826f1eef1dc5c34151bb4c37d634f1db89dfa2dd1526',
    bytes: 102_576_593,
    urls: [
      huggingFace('webml/models-moved', '42c09069a0b998c5c391bc403553e28c80224e63', 'resnet50-v1-12.onnx'),
      huggingFace('KnightsAnalytics/resnet50', 'main', 'resnet50-v1-12.onnx'),
      zoo('resnet50-v1-12'),
    ],
    accuracy: { top1: 0.7497, top5: 0.9233, note: 'zoo page' },
  }),
  entry(resnet50, {
    id: 'resnet50-int8',
    title: 'ResNet-50 v1, int8',
    file: 'resnet50-v1-12-int8.onnx',
    sha256: 'c234f30975989788b4405f25253275aae247ab6dbdd34aaa69ab0a59ff76f6d0',
    bytes: 25_816_052,
    urls: [zoo('resnet50-v1-12-int8')],
    accuracy: { top1: 0.7477, top5: 0.9232, note: 'zoo page (Intel Neural Compressor)' },
  }),
  entry(resnet50, {
    id: 'resnet50-qdq',
    title: 'ResNet-50 v1, int8 as QDQ',
    file: 'resnet50-v1-12-qdq.onnx',
    sha256: 'e6429d274805654c79ba68dc886c1efd4eff95393e747c35d3fdab579febd8a0',
    bytes: 25_753_167,
    urls: [
      huggingFace('webml/models', 'main', 'int8/resnet50-v1-12-qdq.onnx'),
      huggingFace('webml/models-moved', 'main', 'int8/resnet50-v1-12-qdq.onnx'),
      huggingFace('webai-community/models-bk', 'main', 'int8/resnet50-v1-12-qdq.onnx'),
      zoo('resnet50-v1-12-qdq'),
    ],
    accuracy: { top1: 0.7443, note: 'zoo page' },
  }),
  entry(inceptionv3, {
    id: 'inceptionv3',
    title: 'Inception v3',
    file: 'inception_v3_Opset17.onnx',
    sha256: 'd714dcf66d2a2819681b7e1900deab67d5a4be0725014390bd044d1fea746b1c',
    bytes: 95_317_116,
    urls: [
      zoo('inception_v3_Opset17_timm'),
      zoo('inception_v3_Opset17'),
      huggingFace(
        'onnxmodelzoo/legacy_models',
        'main',
        'Computer_Vision/inception_v3_Opset17_timm/inception_v3_Opset17.onnx',
      ),
    ],
    accuracy: {
      top1: 0.77294,
      top5: 0.9345,
      note: 'torchvision, for the weights; not measured on this file',
    },
  }),
  entry(densenet121, {
    id: 'densenet121',
    title: 'DenseNet-121',
    file: 'densenet-12.onnx',
    sha256: '0294e7e88e5b3360de9b0fdc321baf9e6ef18b7f058c4536caae3b9f18ed9ed5',
    bytes: 32_726_877,
    urls: [zoo('densenet-12')],
    accuracy: { top1: 0.6096, note: 'zoo page, with another recipe' },
  }),
  entry(densenet121, {
    id: 'densenet121-int8',
    title: 'DenseNet-121, int8',
    file: 'densenet-12-int8.onnx',
    sha256: '22ab62382b43c2757d84832bf7db13569ab22073d2b1c086ab5669be46d89016',
    bytes: 8_901_304,
    urls: [
      huggingFace(
        'onnxmodelzoo/densenet-12-int8',
        'cffeb4a488c33bd4c744ab006f59aa2fb33be763',
        'densenet-12-int8.onnx',
      ),
      zoo('densenet-12-int8'),
    ],
    accuracy: { top1: 0.602, note: 'zoo page (Intel Neural Compressor), with another recipe' },
  }),
  entry(mobilenetv2, {
    id: 'mobilenetv2',
    title: 'MobileNetV2 1.0',
    file: 'mobilenetv2-12.onnx',
    sha256: 'c0c3f76d93fa3fd6580652a45618618a220fced18babf65774ed169de0432ad5',
    bytes: 13_964_571,
    urls: [
      huggingFace(
        'webai-community/models',
        '16c4b6fcf2c7bdbeaba420811793b6cdaa009335',
        'mobilenetv2-12.onnx',
      ),
      huggingFace('eoe/mobilenetv2', 'main', 'mobilenetv2-12.onnx'),
      zoo('mobilenetv2-12'),
    ],
    accuracy: { top1: 0.6948, top5: 0.8926, note: 'zoo page' },
  }),
  entry(mobilenetv2, {
    id: 'mobilenetv2-int8',
    title: 'MobileNetV2 1.0, int8',
    file: 'mobilenetv2-12-int8.onnx',
    sha256: 'cc028fe6cae7bc11a4ff53cfc9b79c920e8be65ce33a904ec3e2a8f66d77f95f',
    bytes: 3_655_033,
    urls: [
      huggingFace('webml/models', '788ac2df8fbd279d0e0f4d4758ea9bab25d2e7f6', 'mobilenetv2-12-int8.onnx'),
      huggingFace(
        'webml/models-moved',
        '788ac2df8fbd279d0e0f4d4758ea9bab25d2e7f6',
        'mobilenetv2-12-int8.onnx',
      ),
      huggingFace('webml/models', '558e11833d2757f0ae1c648f49245269e5e4cf4c', 'mobilenetv2-12-int8.onnx'),
      zoo('mobilenetv2-12-int8'),
    ],
    accuracy: { top1: 0.683, top5: 0.8844, note: 'zoo page (Intel Neural Compressor)' },
  }),
  entry(mobilenetv2, {
    id: 'mobilenetv2-qdq',
    title: 'MobileNetV2 1.0, int8 as QDQ',
    file: 'mobilenetv2-12-qdq.onnx',
    sha256: '41a36090dafe98f4ad8f9b7fe0b218c56ac3c031e547f0367c30655d2702bffe',
    bytes: 3_593_903,
    urls: [
      huggingFace('webml/models', 'main', 'int8/mobilenetv2-12-qdq.onnx'),
      huggingFace('webml/models-moved', 'main', 'int8/mobilenetv2-12-qdq.onnx'),
      zoo('mobilenetv2-12-qdq'),
    ],
    accuracy: { top1: 0.674, note: 'zoo page' },
  }),
  entry(efficientnetLite4, {
    id: 'efficientnet-lite4',
    title: 'EfficientNet-Lite4',
    file: 'efficientnet-lite4-11.onnx',
    sha256: 'd111689907c06eea7c82e4833ddef758da6453b9d4cf60b7e99ca05c7cbd9c12',
    bytes: 51_946_641,
    urls: [
      huggingFace(
        'spaces/onnx/EfficientNet-Lite4',
        'f5463e290e83c12b7ebfe2aae0219a4499bdd19a',
        'efficientnet-lite4-11.onnx',
      ),
      huggingFace('inference4j/efficientnet-lite4', 'main', 'model.onnx'),
      huggingFace(
        'onnx/EfficientNet-Lite4',
        '69e036d205618d72e83b24b23cb9e0f7db05e720',
        'efficientnet-lite4-11.onnx',
      ),
      zoo('efficientnet-lite4-11'),
    ],
    accuracy: { top1: 0.804, note: 'zoo page, as its authors claim; the quantisation run measured 0.777' },
  }),
  entry(efficientnetLite4, {
    id: 'efficientnet-lite4-int8',
    title: 'EfficientNet-Lite4, int8',
    file: 'efficientnet-lite4-11-int8.onnx',
    sha256: '2b3cbb5077262b20df565dacddecb3724c0976c35029a87e512d13aa4eff04a2',
    bytes: 13_585_963,
    urls: [zoo('efficientnet-lite4-11-int8')],
    accuracy: { top1: 0.7756, note: 'zoo page' },
  }),
  entry(efficientnetLite4, {
    id: 'efficientnet-lite4-qdq',
    title: 'EfficientNet-Lite4, int8 as QDQ',
    file: 'efficientnet-lite4-11-qdq.onnx',
    sha256: '6837d0b19625d4aff8266d7197a7f3775afd82a8c40f9fd0283d52db4955566f',
    bytes: 13_469_992,
    urls: [
      huggingFace('webml/models', 'main', 'int8/efficientnet-lite4-11-qdq.onnx'),
      huggingFace('webml/models-moved', 'main', 'int8/efficientnet-lite4-11-qdq.onnx'),
      zoo('efficientnet-lite4-11-qdq'),
    ],
    accuracy: { top1: 0.769, note: 'zoo page' },
  }),
];
