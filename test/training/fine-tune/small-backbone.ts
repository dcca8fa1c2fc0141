import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { OnnxSink } from '../../../src/convert/onnx/onnx-sink.ts';
import { manifestSchema } from '../../../src/models/manifest/manifest.ts';
import { encodeModel } from '../../../src/models/onnx/encode.ts';
import { ELEMENT } from '../../../src/models/onnx/types.ts';
import type { LocalModel } from '../../../src/models/types.ts';
import { seededRandom } from '../../../src/training/data/random.ts';
import type { FineTuneInput, TrainingPicture } from '../../../src/training/fine-tune/types.ts';

const SIDE = 16;
const CHANNELS = [3, 8, 12, 16];
/** Tensor that heads read. */
export const TAP = 'features';

export interface Small {
  readonly input: FineTuneInput;
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * A backbone of three convolutions with random weights, and pictures of stripes in three directions.
 *
 * @param last operator after the last convolution
 */
export async function smallTraining(
  options: { readonly last?: string; readonly train?: number; readonly validation?: number } = {},
): Promise<Small> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-small-training-'));
  const bytes = smallBackbone(options.last ?? 'Relu');
  const path = join(folder, 'small.onnx');
  await writeFile(path, bytes);
  const manifest = manifestSchema.parse({
    id: 'small',
    task: 'classify',
    files: [{ path: 'small.onnx', sha256: '0'.repeat(64), bytes: bytes.byteLength }],
    input: {
      layout: 'NCHW',
      width: SIDE,
      height: SIDE,
      resize: { rule: 'squash' },
      mean: [128, 128, 128],
      std: [64, 64, 64],
    },
    output: { decoder: 'classification', softmax: 'outside' },
    licence: 'none',
    source: 'test',
  });
  const backbone: LocalModel = { manifest, path, origin: 'path' };
  const head = {
    taps: [{ tensor: TAP, pooling: 'mean' as const }],
    weights: new Float32Array(3 * 16),
    bias: new Float32Array(3),
  };
  const train = await stripes(options.train ?? 48, 'train');
  const validation = await stripes(options.validation ?? 30, 'validation');
  return {
    input: { backbone, head, train, validation },
    folder,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function smallBackbone(last: string): Uint8Array {
  const sink = new OnnxSink();
  const random = seededRandom(7, 'weights');
  const floats = (name: string, dims: readonly number[], spread: number) => {
    const length = dims.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length }, () => (random() * 2 - 1) * spread);
    return sink.constant(name, 'float32', dims, new Uint8Array(values.buffer));
  };
  let x = sink.unique('picture');
  for (const [i, channels] of CHANNELS.slice(1).entries()) {
    const from = CHANNELS[i] ?? 1;
    const w = floats(`w${i}`, [channels, from, 3, 3], Math.sqrt(6 / (from * 9)));
    const b = floats(`b${i}`, [channels], 0.1);
    x = sink.node('Conv', [x, w, b], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
    x = sink.node(i === 2 ? last : 'Relu', [x], {}, i === 2 ? TAP : 'relu');
    if (i < 2) x = sink.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
  }
  const pooled = sink.node('GlobalAveragePool', [x]);
  const flat = sink.node('Flatten', [pooled]);
  const logits = sink.node('Gemm', [flat, floats('classes', [5, 16], 0.1)], { transB: 1 }, 'logits');
  return encodeModel({
    irVersion: 8,
    opsets: [{ domain: '', version: 13 }],
    producerName: '',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
    metadata: [],
    graph: {
      name: 'small',
      nodes: sink.nodes,
      initializers: sink.initializers,
      inputs: [{ name: 'picture', elementType: ELEMENT.float32, dims: ['N', 3, SIDE, SIDE] }],
      outputs: [{ name: logits, elementType: ELEMENT.float32, dims: ['N', 5] }],
      valueInfos: [],
    },
  });
}

/** Upright, level and slanting stripes in noise. */
async function stripes(count: number, part: string): Promise<TrainingPicture[]> {
  const random = seededRandom(3, part);
  const pictures: TrainingPicture[] = [];
  for (let i = 0; i < count; i++) {
    const classIndex = i % 3;
    const phase = random() * 6;
    const data = new Uint8Array(SIDE * SIDE * 3);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const along = classIndex === 0 ? x : classIndex === 1 ? y : (x + y) / Math.SQRT2;
        const wave = 128 + 50 * Math.sin(along * 1.5 + phase);
        for (let c = 0; c < 3; c++) data[(y * SIDE + x) * 3 + c] = wave + (random() - 0.5) * 100;
      }
    }
    const source = await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toBuffer();
    pictures.push({ source: new Uint8Array(source), classIndex });
  }
  return pictures;
}
