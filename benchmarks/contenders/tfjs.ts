/** nsfwjs on TensorFlow.js with its WebAssembly back end, pictures decoded by sharp. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { load } from 'nsfwjs';
import sharp from 'sharp';
import { type Contender, topFive } from './contender.ts';

const require = createRequire(import.meta.url);

export function createContender(): Contender {
  let close = async () => {};
  return {
    name: 'TensorFlow.js WASM',
    version: `@tensorflow/tfjs ${tf.version.tfjs}`,
    async load(model, { cores }) {
      setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
      setThreadsCount(cores);
      await tf.setBackend('wasm');
      const nsfw = await load('MobileNetV2');
      close = async () => nsfw.dispose();
      return async (jpeg) => {
        const pixels = await sharp(jpeg)
          .rotate()
          .resize(model.size, model.size, { fit: 'fill', kernel: 'linear' })
          .toColourspace('srgb')
          .removeAlpha()
          .raw()
          .toBuffer();
        const image = tf.tensor3d(pixels, [model.size, model.size, 3], 'int32');
        const logits = nsfw.infer(image);
        const scores = await logits.data();
        tf.dispose([image, logits]);
        return topFive(scores);
      };
    },
    close: () => close(),
  };
}
