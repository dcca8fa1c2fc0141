import type { InputSpec, Kernel, ResizeRule } from '../../image/input-spec.ts';
import type { Manifest } from '../../models/manifest/manifest.ts';

type Triple = [number, number, number];
type Scaling = Pick<InputSpec, 'scale' | 'mean' | 'std'> & { readonly channelOrder?: 'RGB' | 'BGR' };

const NONE: Triple = [0, 0, 0];
const ONE: Triple = [1, 1, 1];
const CAFFE_MEAN: Triple = [103.939, 116.779, 123.68];

/** What becomes of pixels of 0 to 255, by the names that `--pixels` takes. */
export const PIXELS = {
  '0..255': { scale: 1, mean: NONE, std: ONE },
  '0..1': { scale: 1, mean: NONE, std: [255, 255, 255] },
  '-1..1': { scale: 1, mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] },
  /** RGB 0..1, mean and deviation of ImageNet: PyTorch. */
  imagenet: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  /** BGR minus the channel means of ImageNet: Caffe, and Keras's ResNet and VGG. */
  caffe: { scale: 1, mean: CAFFE_MEAN, std: ONE, channelOrder: 'BGR' },
  /** The same times 0.017: DenseNet's first weights. */
  'caffe-0.017': { scale: 1, mean: CAFFE_MEAN, std: [1 / 0.017, 1 / 0.017, 1 / 0.017], channelOrder: 'BGR' },
} as const satisfies Record<string, Scaling>;

/** What a model wants for a picture's pixels. */
export type PixelRange = keyof typeof PIXELS;

/** What may be said of a model's input; replaces what the file tells or an importer assumes. */
export interface InputOptions {
  /** What pixels of 0 to 255 become. */
  readonly pixels?: PixelRange;
  /** Order of the channels. One-channel models are always grey. */
  readonly channels?: 'RGB' | 'BGR';
  /** How a picture becomes the model's rectangle. */
  readonly resize?: Exclude<ResizeRule['rule'], 'none'>;
  /** For `crop`: shorter side before the middle is cut out, pixels. */
  readonly shorterSide?: number;
  /** Resampling kernel. */
  readonly kernel?: Kernel;
}

/** The scaling of a range, with means and deviations as a manifest has them. */
export function scalingOf(pixels: PixelRange): {
  scale: number;
  mean: Triple;
  std: Triple;
  channelOrder: 'RGB' | 'BGR';
} {
  const { scale, mean, std, ...order }: Scaling = PIXELS[pixels];
  return { scale, mean: [...mean], std: [...std], channelOrder: order.channelOrder ?? 'RGB' };
}

/** An input recipe with what somebody who knows the model says of it. */
export function withInputOptions(input: Manifest['input'], options: InputOptions): Manifest['input'] {
  const { pixels, channels, kernel } = options;
  const gray = input.channelOrder === 'GRAY';
  const scaling = pixels === undefined ? undefined : scalingOf(pixels);
  const channelOrder = gray ? 'GRAY' : (channels ?? scaling?.channelOrder ?? input.channelOrder);
  const resize = resizeWith(input, options);
  return {
    ...input,
    // Bytes are scaled by the graph; other ranges need a graph of real numbers.
    ...(scaling && input.elementType === 'float32' && { ...scaling }),
    channelOrder,
    resize: kernel === undefined ? resize : { ...resize, kernel },
  };
}

function resizeWith(
  { resize, width, height }: Manifest['input'],
  { resize: rule, shorterSide }: InputOptions,
): Manifest['input']['resize'] {
  const { kernel } = resize;
  const wanted = rule ?? resize.rule;
  if (wanted === 'crop') {
    const before = resize.rule === 'crop' ? resize.shorterSide : Math.min(width, height);
    return { rule: 'crop', shorterSide: shorterSide ?? before, kernel };
  }
  if (wanted === resize.rule) return resize;
  if (wanted === 'letterbox') {
    return { rule: 'letterbox', kernel, fill: [114, 114, 114], anchor: 'center', enlarge: true };
  }
  return { rule: 'squash', kernel };
}
