import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { inspectPicture } from '../../src/image/inspect.ts';
import { readSource } from '../../src/image/sources/read-source.ts';
import type { ImageSource } from '../../src/image/types.ts';
import { type Manifest, manifestSchema } from '../../src/models/manifest/manifest.ts';
import { createApp } from '../../src/server/app.ts';
import type { ModelLoader } from '../../src/server/models/types.ts';
import type { Classifier } from '../../src/tasks/classify/classify.ts';
import type { Classification, ClassifyOptions, Recognize } from '../../src/tasks/types.ts';

/** Asking for this many predictions takes until somebody gives up. */
export const SLOW_TOP = 7;
/** A class without a name of its own, so that the label is shown. */
const UNNAMED = 10;
/** Bound of a request body in these tests, bytes. */
export const MAX_BODY = 64 * 1024;

/** SHA-256 of some bytes: what the witness answers as the label of a picture. */
export const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * The real application with a classifier that says which bytes reached it: its label is their hash. Pictures are really
 * looked at, so that what is no picture is refused as usual.
 *
 * @param deadlineMs the application's own bound of a request
 * @param cancelled gets the reason of every classification that was given up
 */
export async function witnessApp(deadlineMs = 30_000, cancelled: unknown[] = []) {
  async function classifyOne(image: ImageSource, options: ClassifyOptions = {}): Promise<Classification> {
    const bytes = await readSource(image);
    const picture = await inspectPicture(bytes);
    if (options.topK === SLOW_TOP) await untilCancelled(options.signal, cancelled);
    const predictions = [{ index: UNNAMED, label: digest(bytes), score: 1 }];
    return { model: 'witness', picture, timings: { queue: 0, decode: 0, inference: 0 }, predictions };
  }
  const classify = ((images: ImageSource | readonly ImageSource[], options?: ClassifyOptions) =>
    Array.isArray(images)
      ? Promise.all(images.map((image: ImageSource) => classifyOne(image, options)))
      : classifyOne(images as ImageSource, options)) as Recognize<ClassifyOptions, Classification>;
  const names = Array.from({ length: 10 }, (_, i) => `class ${i}`);
  const labels = names.map((label, index) => ({ index, label }));
  const tag: Classifier['tag'] = () => {
    throw new Error('nobody asks for tags');
  };
  const witness = { task: 'classify' as const, model: MANIFEST, names, labels, tag };
  const loader: ModelLoader = {
    defaults: async () => ['witness'],
    load: async (id) => ({
      id,
      manifest: MANIFEST,
      abilities: { classify: { ...witness, classify } },
      close: async () => {},
    }),
    close: async () => {},
  };
  const app = createApp({ loader, waitForModels: true, limits: { maxBodyBytes: MAX_BODY, deadlineMs } });
  await app.start();
  return { app, cancelled };
}

function untilCancelled(signal: AbortSignal | undefined, cancelled: unknown[]): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => {
      cancelled.push(signal.reason);
      reject(signal.reason);
    });
  });
}

/** A PNG of noise: every byte value occurs. */
export function noisePicture(): Promise<Buffer> {
  const data = createHash('shake256', { outputLength: 24 * 24 * 3 })
    .update('noise')
    .digest();
  return sharp(data, { raw: { width: 24, height: 24, channels: 3 } })
    .png()
    .toBuffer();
}

const MANIFEST: Manifest = manifestSchema.parse({
  id: 'witness',
  task: 'classify',
  files: [{ path: 'none.onnx', sha256: '0'.repeat(64), bytes: 1 }],
  input: { layout: 'NCHW', width: 8, height: 8, resize: { rule: 'squash', kernel: 'bilinear' } },
  output: { decoder: 'classification', softmax: 'inside' },
  labels: { names: Array.from({ length: 10 }, (_, i) => `class ${i}`) },
  licence: 'CC0-1.0',
  source: 'this test',
});
