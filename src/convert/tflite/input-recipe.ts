import type { Kernel } from '../../image/input-spec.ts';
import type { Manifest } from '../../models/manifest/manifest.ts';
import { damaged } from './flatbuffer.ts';
import type { TfliteMetadata } from './metadata.ts';
import type { TfliteTensor } from './read-model.ts';

type Triple = [number, number, number];

/** Part of the picture that TensorFlow's evaluation scripts cut out of the middle. */
const CENTRAL_FRACTION = 0.875;
const ALMOST = 0.02;

/**
 * How pictures are fed. Quantised inputs take 8-bit values: with `pixel = (real × std) + mean` and
 * `stored = real ÷ scale + zeroPoint`, most models take the pixels as they are.
 */
export function inputRecipe(
  tensor: TfliteTensor,
  { normalization: written, ultralytics }: TfliteMetadata,
  kernel: Kernel,
): { readonly spec: Manifest['input']; readonly caution?: string } {
  // Ultralytics' exports take 0 to 1 and do not say so in the table of the format.
  const normalization = written ?? (ultralytics ? { mean: [0], std: [255] } : undefined);
  const [, height = 0, width = 0, channels = 0] = tensor.shape;
  const quantized = tensor.quantization !== undefined;
  const known = tensor.type === 'float32' || tensor.type === 'uint8' || (tensor.type === 'int8' && quantized);
  if (tensor.shape.length !== 4 || (channels !== 3 && channels !== 1) || height < 1 || width < 1 || !known) {
    throw damaged(
      `input ${tensor.name} of shape [${tensor.shape.join(', ')}], not a picture with three channels or one`,
    );
  }
  const mean = triple(normalization?.mean ?? [127.5]);
  const std = triple(normalization?.std ?? [127.5]);
  const spec = {
    layout: 'NCHW' as const,
    width,
    height,
    channelOrder: channels === 1 ? ('GRAY' as const) : ('RGB' as const),
    resize: {
      rule: 'crop' as const,
      shorterSide: Math.round(Math.min(width, height) / CENTRAL_FRACTION),
      kernel,
    },
    scale: 1,
  };
  const pixels = { mean: triple([0]), std: triple([1]), elementType: 'uint8' as const };
  if (tensor.type === 'float32') {
    const caution = normalization
      ? undefined
      : 'The file does not say how pictures are normalised; −1..1 is assumed.';
    return { spec: { ...spec, mean, std, elementType: 'float32' }, ...(caution && { caution }) };
  }
  const scale = tensor.quantization?.scale[0];
  const zero = tensor.quantization?.zeroPoint[0];
  if (!normalization || scale === undefined || zero === undefined) return { spec: { ...spec, ...pixels } };
  const stored = zero + (tensor.type === 'int8' ? 128 : 0);
  const storedStd = std.map((value) => value * scale);
  const storedMean = mean.map((value, c) => value - stored * (storedStd[c] ?? 1));
  const identity =
    storedStd.every((value) => Math.abs(value - 1) < ALMOST) &&
    storedMean.every((value) => Math.abs(value) < 1.5);
  if (identity) return { spec: { ...spec, ...pixels } };
  return { spec: { ...spec, mean: triple(storedMean), std: triple(storedStd), elementType: 'uint8' } };
}

function triple(values: readonly number[]): Triple {
  const [r = 0, g = r, b = r] = values;
  return [r, g, b];
}
