import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Manifest, manifestSchema } from '../../src/models/manifest/manifest.ts';
import type { LocalModel } from '../../src/models/types.ts';
import { dataPath } from './data.ts';

/**
 * SqueezeNet 1.1 of the test data, as a verified local model. Only inside `describeWithData`.
 */
export function squeezenetReference(): LocalModel & { readonly manifest: Manifest } {
  const path = dataPath('models', 'squeezenet1.1.onnx');
  const bytes = readFileSync(path);
  const manifest = manifestSchema.parse({
    id: 'squeezenet1.1-caffe',
    task: 'classify',
    files: [
      {
        path: 'squeezenet1.1.onnx',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.length,
      },
    ],
    input: {
      name: 'data',
      layout: 'NCHW',
      width: 227,
      height: 227,
      channelOrder: 'BGR',
      resize: { rule: 'squash', kernel: 'bilinear' },
      mean: [104, 117, 123],
    },
    output: { decoder: 'classification', name: 'prob', softmax: 'inside' },
    labels: 'imagenet-1k',
    licence: 'BSD-2-Clause',
    source: 'https://github.com/forresti/SqueezeNet',
  });
  return { manifest, path, origin: 'path' };
}
