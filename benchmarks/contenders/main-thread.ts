/** What one writes first: sharp and onnxruntime-node, inference on the thread that calls. */
import { createRequire } from 'node:module';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { type BenchModel, type Contender, topFive } from './contender.ts';

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };

export function createContender(): Contender {
  let close = async () => {};
  return {
    name: 'sharp + onnxruntime-node',
    version: `sharp ${sharp.versions.sharp}, onnxruntime-node ${version}`,
    async load(model, { cores }) {
      const session = await ort.InferenceSession.create(model.path, { intraOpNumThreads: cores });
      close = () => session.release();
      return async (jpeg) => {
        const result = await session.run({ [model.input]: await prepare(jpeg, model) });
        const scores = result[model.output];
        if (!(scores?.data instanceof Float32Array)) throw new TypeError('the model answers no floats');
        return topFive(scores.data);
      };
    },
    close: () => close(),
  };
}

/** The picture as a tensor, the way most examples do it. */
export async function prepare(jpeg: Uint8Array, model: BenchModel): Promise<ort.Tensor> {
  const { size, scale, mean, std, channelOrder } = model;
  const pixels = await sharp(jpeg)
    .rotate()
    .resize(size, size, { fit: 'fill', kernel: 'linear' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  const area = size * size;
  const data = new Float32Array(area * 3);
  for (let c = 0; c < 3; c++) {
    const plane = (channelOrder === 'RGB' ? c : 2 - c) * area;
    const m = mean[c] ?? 0;
    const s = std[c] ?? 1;
    for (let i = 0, at = c; i < area; i++, at += 3) data[plane + i] = ((pixels[at] ?? 0) * scale - m) / s;
  }
  return new ort.Tensor('float32', data, [1, 3, size, size]);
}
