/**
 * What many catalogue entries share: addresses, and the recipes of whole families of ImageNet models.
 *
 * @module
 */
import type { Manifest, ManifestInput } from '../manifest/manifest.ts';

type InputRecipe = ManifestInput['input'];
export type OutputRecipe = ManifestInput['output'];
type Accuracy = Manifest['accuracy'];

/** One row of the catalogue: a file, and what is said of it. */
export interface CatalogueRow {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Best first. */
  readonly urls: readonly string[];
  readonly accuracy?: Accuracy;
  readonly caution?: string;
}

/**
 * Address of a file on Hugging Face.
 *
 * @param repository `owner/name`, or `spaces/owner/name`
 * @param revision commit or branch
 * @param path inside the repository
 */
export function huggingFace(repository: string, revision: string, path: string): string {
  return `https://huggingface.co/${repository}/resolve/${revision}/${path}`;
}

/** Where the ONNX model zoo keeps a file since it left GitHub. */
export function zoo(stem: string): string {
  return huggingFace(`onnxmodelzoo/${stem}`, 'main', `${stem}.onnx`);
}

/** Shorter side 256, middle 224, RGB 0..1, mean and deviation of ImageNet: the recipe of torchvision, resized by Pillow. */
export const IMAGENET_INPUT: InputRecipe = {
  layout: 'NCHW',
  width: 224,
  height: 224,
  channelOrder: 'RGB',
  resize: { rule: 'crop', shorterSide: 256, kernel: 'bilinear' },
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** The same of MXNet, which resizes with OpenCV. */
export const MXNET_INPUT: InputRecipe = {
  ...IMAGENET_INPUT,
  resize: { rule: 'crop', shorterSide: 256, kernel: 'opencv-bilinear' },
};

/**
 * BGR 0..255 minus the channel means of ImageNet, the whole picture squashed by OpenCV: the recipe of Caffe's models.
 */
export const CAFFE_INPUT: InputRecipe = {
  layout: 'NCHW',
  width: 224,
  height: 224,
  channelOrder: 'BGR',
  resize: { rule: 'squash', kernel: 'opencv-bilinear' },
  scale: 1,
  mean: [103.939, 116.779, 123.68],
};

/** DenseNet's Caffe port: BGR minus means, times 0.017 (a deviation of 1 / 0.017). */
export const DENSENET_INPUT: InputRecipe = {
  layout: 'NCHW',
  width: 224,
  height: 224,
  channelOrder: 'BGR',
  resize: { rule: 'crop', shorterSide: 256, kernel: 'opencv-bilinear' },
  scale: 0.017,
  mean: [103.94 * 0.017, 116.78 * 0.017, 123.68 * 0.017],
};

/** Half norm at 299 pixels: timm's recipe for the Inception v3 that torchvision took over from Google. */
export const INCEPTION_INPUT: InputRecipe = {
  layout: 'NCHW',
  width: 299,
  height: 299,
  channelOrder: 'RGB',
  resize: { rule: 'crop', shorterSide: 341, kernel: 'bicubic' },
  scale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

/** (pixel − 127) / 128, channels last. */
export const EFFICIENTNET_LITE_INPUT: InputRecipe = {
  layout: 'NHWC',
  width: 224,
  height: 224,
  channelOrder: 'RGB',
  resize: { rule: 'crop', shorterSide: 256, kernel: 'bilinear' },
  scale: 1,
  mean: [127, 127, 127],
  std: [128, 128, 128],
};

/** What the rows of a family have in common. */
export interface Family {
  readonly task: Manifest['task'];
  readonly input: InputRecipe;
  readonly output: OutputRecipe;
  readonly labels: Manifest['labels'];
  readonly licence: string;
  readonly source: string;
  readonly caution?: string;
}

/** A family's recipe with one of its files. */
export function entry(family: Family, row: CatalogueRow): ManifestInput {
  const caution = [family.caution, row.caution].filter(Boolean).join(' ');
  return {
    id: row.id,
    title: row.title,
    task: family.task,
    files: [{ path: row.file, urls: [...row.urls], sha256: row.sha256, bytes: row.bytes }],
    input: family.input,
    output: family.output,
    ...(family.labels && { labels: family.labels }),
    licence: family.licence,
    source: family.source,
    ...(caution && { caution }),
    ...(row.accuracy && { accuracy: row.accuracy }),
  };
}
