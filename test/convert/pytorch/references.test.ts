import { expect, test } from 'vitest';
import { importPytorch } from '../../../src/convert/pytorch/import-pytorch.ts';
import { memorySource } from '../../../src/convert/source/byte-source.ts';
import { formatOf } from '../../../src/convert/source/format.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { describeWithData } from '../../support/data.ts';
import { pattern, runModel } from '../import-run.ts';
import { expectReference, references } from '../reference-weights.ts';
import { stateDict, type TorchNet } from './torch-state-dicts.ts';
import { writeSafetensors, writeTorchStream, writeTorchTar, writeTorchZip } from './torch-writers.ts';

disableTelemetry();

const CONTAINERS = {
  zip: writeTorchZip,
  stream: writeTorchStream,
  tar: writeTorchTar,
  safetensors: writeSafetensors,
};

const NETS = [
  ['torchvision mobilenet_v2, 1000 classes', 'mobilenet_v2', 1000, 'tar', {}],
  ['torchvision mobilenet_v2, 3 classes', 'mobilenet_v2', 3, 'zip', {}],
  ['torchvision mobilenet_v2, 3 classes', 'mobilenet_v2', 3, 'stream', {}],
  ['torchvision mobilenet_v2, 3 classes', 'mobilenet_v2', 3, 'tar', {}],
  ['torchvision mobilenet_v2, 3 classes', 'mobilenet_v2', 3, 'safetensors', {}],
  ['torchvision resnet50, 1000 classes', 'resnet50', 1000, 'tar', {}],
  [
    'torchvision inception_v3, 1000 classes, transform_input=False, at 299',
    'inception_v3',
    1000,
    'zip',
    { transformInput: false },
  ],
  [
    'torchvision inception_v3, 1000 classes, transform_input=False, at 224 (as ImageAI 3 runs it)',
    'inception_v3',
    1000,
    'zip',
    { transformInput: false, side: 224 },
  ],
  [
    'torchvision inception_v3, 1000 classes, transform_input=True, at 299 (as torchvision runs its weights)',
    'inception_v3',
    1000,
    'zip',
    {},
  ],
  ['torchvision densenet121, 1000 classes', 'densenet121', 1000, 'stream', {}],
  ['torchvision squeezenet1_1, 1000 classes', 'squeezenet1_1', 1000, 'safetensors', {}],
  ['ImageAI 3 YoloV3, raw heads conv59 conv67 conv75, 2 classes', 'yolov3', 2, 'zip', {}],
  ['ImageAI 3 YoloV3Tiny, raw heads conv10 conv13, 80 classes', 'tiny-yolov3', 80, 'zip', {}],
  ['ImageAI 3 YoloV3Tiny, raw heads conv10 conv13, 2 classes', 'tiny-yolov3', 2, 'stream', {}],
  [
    'torchvision retinanet_resnet50_fpn, 91 classes, BatchNorm eps 1e-5: cls_logits, bbox_regression, P3',
    'retinanet',
    91,
    'zip',
    {},
  ],
] as const satisfies readonly (readonly [string, TorchNet, number, keyof typeof CONTAINERS, object])[];

describeWithData('PyTorch weights by the formula of references.json', () => {
  test.each(NETS)(
    '%s (%s, %i, %s)',
    { timeout: 120_000 },
    async (reference, net, classes, container, options) => {
      const wanted = references().nets[reference];
      if (!wanted) throw new Error(reference);
      const weights = stateDict(net, classes);
      expect(weights.length).toBe(wanted.tensors);
      const source = memorySource(CONTAINERS[container](weights));
      const { model, manifest } = importPytorch(source, formatOf(source), { id: 'net', ...options });
      const count = wanted.input.reduce((a, b) => a * b, 1);
      const yolo = net.includes('yolo');
      const input = pattern(count).map((value) => (yolo ? (value + 1) / 2 : value));
      if (net !== 'retinanet')
        expect([1, 3, manifest.input.height, manifest.input.width]).toEqual(wanted.input);
      const outputs = Object.values(await runModel(model, input, wanted.input));
      for (const [i, output] of outputs.entries()) {
        const expected = wanted.outputs[i];
        if (!expected) throw new Error(`output ${i}`);
        expect(output.dims).toEqual(expected.shape);
        expectReference(output.data, expected);
      }
    },
  );
});
