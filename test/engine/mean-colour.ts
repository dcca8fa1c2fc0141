import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import { encodeModel } from '../../src/models/onnx/encode.ts';
import { ELEMENT, type OnnxAttribute, type OnnxNode, type OnnxTensor } from '../../src/models/onnx/types.ts';
import type { LocalModel } from '../../src/models/types.ts';

const SIDE = 64;
const CHANNELS = 64;

/**
 * A model whose answer is the mean red, green and blue of the picture, 0..1, so that no two pictures' answers can be
 * taken for each other. It is gone when the test is over.
 *
 * @param effort convolutions that the answer does not depend on: each takes some milliseconds
 * @param batch whether the batch dimension is dynamic
 */
export async function meanColour(options: { effort?: number; batch?: boolean } = {}): Promise<LocalModel> {
  const { effort = 0, batch = true } = options;
  const n = batch ? 'n' : 1;
  const bytes = encodeModel({
    irVersion: 8,
    opsets: [{ domain: '', version: 13 }],
    producerName: 'test',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
    metadata: [],
    graph: {
      name: 'mean-colour',
      nodes: [
        node('GlobalAveragePool', ['picture'], 'pooled'),
        node('Flatten', ['pooled'], effort > 0 ? 'plain' : 'mean'),
        ...(effort > 0 ? idleWork(effort) : []),
      ],
      initializers: effort > 0 ? idleWeights() : [],
      inputs: [{ name: 'picture', elementType: ELEMENT.float32, dims: [n, 3, SIDE, SIDE] }],
      outputs: [{ name: 'mean', elementType: ELEMENT.float32, dims: [n, 3] }],
      valueInfos: [],
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'pictor-engine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'mean-colour.onnx');
  await writeFile(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const manifest = manifestSchema.parse({
    id: 'mean-colour',
    task: 'embed',
    files: [{ path: 'mean-colour.onnx', sha256, bytes: bytes.byteLength }],
    input: { layout: 'NCHW', width: SIDE, height: SIDE, resize: { rule: 'squash' }, scale: 1 / 255 },
    output: { decoder: 'embedding' },
    licence: 'Apache-2.0',
    source: 'made in a test',
  });
  return { manifest, path, origin: 'path' };
}

/** A PNG of one colour; `n` picks one of 16 million. */
export async function solid(n: number, side = 8): Promise<Uint8Array> {
  const [r = 0, g = 0, b = 0] = colourOf(n);
  return sharp({ create: { width: side, height: side, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

/** What {@link meanColour} answers to {@link solid}. */
export function colourOf(n: number): number[] {
  return [n & 0xff, (n >> 8) & 0xff, (n >> 16) & 0xff];
}

/** The colour that an answer speaks of. */
export function seen(
  outputs: Readonly<Record<string, { readonly data: ArrayLike<number | bigint> }>>,
): number[] {
  return Array.from(outputs['mean']?.data ?? [], (value) => Math.round(Number(value) * 255));
}

function idleWork(effort: number): OnnxNode[] {
  const pads: OnnxAttribute = { name: 'pads', type: 'ints', value: [1, 1, 1, 1] };
  const chain = Array.from({ length: effort }, (_, i) =>
    node('Conv', [`deep${i}`, 'kernel'], `deep${i + 1}`, [pads]),
  );
  return [
    node('Conv', ['picture', 'first'], 'deep0', [pads]),
    ...chain,
    node('GlobalAveragePool', [`deep${effort}`], 'deep'),
    node('Flatten', ['deep'], 'row'),
    node('MatMul', ['row', 'nothing'], 'zero'),
    node('Add', ['plain', 'zero'], 'mean'),
  ];
}

function idleWeights(): OnnxTensor[] {
  const of = (name: string, dims: number[], value: number) => {
    const floatData = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value);
    return { name, dims, dataType: ELEMENT.float32, floatData };
  };
  return [
    of('first', [CHANNELS, 3, 3, 3], 0.01),
    of('kernel', [CHANNELS, CHANNELS, 3, 3], 0.001),
    of('nothing', [CHANNELS, 3], 0),
  ];
}

function node(opType: string, inputs: string[], output: string, attributes: OnnxAttribute[] = []): OnnxNode {
  return { name: output, opType, domain: '', inputs, outputs: [output], attributes };
}
