import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type InputSpec, inputSpecSchema, type Kernel } from '../../../src/image/input-spec.ts';
import { preparePicture, preparePixels } from '../../../src/image/prepare.ts';
import type { Picture } from '../../../src/image/types.ts';

function picture(width: number, height: number, level: (x: number, y: number, c: number) => number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[at++] = level(x, y, c);
  }
  return { format: 'png', bytes: 1, width, height, data };
}

const levels = (x: number, y: number, c: number) => (x * x * 7 + y * 31 + x * y * (c + 3) + 85 * c) % 256;

/** Raw levels, so that the tensor is the resized picture itself. */
function squash(width: number, height: number, kernel: Kernel): InputSpec {
  return inputSpecSchema.parse({ layout: 'NHWC', width, height, resize: { rule: 'squash', kernel } });
}

function farthest(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < wanted.length; i++) {
    most = Math.max(most, Math.abs((found[i] ?? -9) - (wanted[i] ?? 0)));
  }
  return most;
}

describe('kernels as trainers have them', () => {
  interface Golden {
    readonly width: number;
    readonly height: number;
    readonly cases: {
      readonly kernel: Kernel;
      readonly width: number;
      readonly height: number;
      readonly pixels: readonly number[];
    }[];
  }
  const golden = JSON.parse(
    readFileSync(new URL('../fixtures/opencv.json', import.meta.url), 'utf8'),
  ) as Golden;

  it.each(golden.cases)('are within 1 of 255 of OpenCV: $kernel to $width×$height', (wanted) => {
    const { kernel, width, height, pixels } = wanted;
    const source = picture(golden.width, golden.height, levels);
    const { data } = preparePixels(source, squash(width, height, kernel), { preprocessing: 'exact' });
    expect(farthest(data, pixels)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['tensorflow-bilinear', false],
    ['opencv-bilinear', true],
  ] as const)('%s is within 1 of 255 of TensorFlow, half pixel centres: %s', async (kernel, half) => {
    await tf.setBackend('cpu');
    const side = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(side, side, side, side, (sw, sh, w, h) => {
        const source = picture(sw, sh, levels);
        const { data } = preparePixels(source, squash(w, h, kernel), { preprocessing: 'exact' });
        const wanted = tf.tidy(() =>
          tf.image
            .resizeBilinear(
              tf.tensor3d(Float32Array.from(source.data), [sh, sw, 3]) as tf.Tensor3D,
              [h, w],
              false,
              half,
            )
            .dataSync(),
        );
        expect(farthest(data, wanted)).toBeLessThan(0.502);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['opencv-bilinear', 'opencv-bicubic', 'tensorflow-bilinear'] as const)(
    '%s sees means of a picture that is far larger than training pictures, unless exact pixels are asked for',
    (kernel) => {
      // Stripes of one pixel: a kernel that samples sees one of them, a mean sees grey.
      const source = picture(800, 800, (x) => (x % 2 === 0 ? 0 : 255));
      const spec = squash(50, 50, kernel);
      const fast = preparePixels(source, spec).data;
      const exact = preparePixels(source, spec, { preprocessing: 'exact' }).data;
      expect(farthest(fast, new Float32Array(50 * 50 * 3).fill(128))).toBeLessThanOrEqual(1);
      expect(farthest(exact, new Float32Array(50 * 50 * 3).fill(128))).toBeGreaterThanOrEqual(
        kernel === 'tensorflow-bilinear' ? 127 : 0,
      );
    },
  );

  it.each(['opencv-bilinear', 'opencv-bicubic', 'opencv-area', 'tensorflow-bilinear'] as const)(
    '%s takes the planes of a JPEG, near the pixels of the whole picture',
    async (kernel) => {
      const noise = await sharp({
        create: {
          width: 640,
          height: 480,
          channels: 3,
          background: 'grey',
          noise: { type: 'gaussian', mean: 128, sigma: 20 },
        },
      })
        .blur(2)
        .jpeg({ quality: 90 })
        .toBuffer();
      const spec = squash(224, 224, kernel);
      const fast = await preparePicture(noise, spec);
      const exact = await preparePicture(noise, spec, { preprocessing: 'exact' });
      expect(fast.decoding?.decoder).toBe('planes');
      expect(farthest(fast.data, exact.data)).toBeLessThanOrEqual(4);
    },
  );
});
