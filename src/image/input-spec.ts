/**
 * What a model wants to be fed: the recipe from an upright RGB picture to a tensor. Data, never code.
 *
 * @module
 */
import * as z from 'zod';
import { KERNEL_NAMES } from './resize/kernel-names.ts';

/**
 * Resampling kernels, each as the library has it that trainers used.
 *
 * - `nearest`, `bilinear`, `bicubic`, `lanczos3`, `area`: Pillow, and torchvision with antialiasing; all but `nearest` are
 *   widened when shrinking.
 * - `opencv-bilinear`, `opencv-bicubic`: OpenCV's `INTER_LINEAR` and `INTER_CUBIC`, which sample two and four pixels of an
 *   axis however much the picture shrinks. `opencv-bilinear` is also `tf.image.resize` of TensorFlow 2 and
 *   `torch.nn.functional.interpolate` without antialiasing.
 * - `opencv-area`: OpenCV's `INTER_AREA`.
 * - `tensorflow-bilinear`: `resize_bilinear` of TensorFlow 1, whose grid begins at the corner instead of half a pixel in.
 */
export const kernelSchema = z.enum(KERNEL_NAMES);

/** How a picture of any shape becomes the model's rectangle. */
export const resizeSchema = z.discriminatedUnion('rule', [
  /** Shrink so that the shorter side has `shorterSide` pixels, then cut the middle out. */
  z.object({
    rule: z.literal('crop'),
    shorterSide: z.int().positive(),
    kernel: kernelSchema.default('bilinear'),
  }),
  /** Stretch both sides, ignoring the aspect ratio. */
  z.object({ rule: z.literal('squash'), kernel: kernelSchema.default('bilinear') }),
  /** Fit inside, keep the aspect ratio, fill the rest. */
  z.object({
    rule: z.literal('letterbox'),
    kernel: kernelSchema.default('bilinear'),
    /** Fill colour, RGB 0..255. */
    fill: z.tuple([z.number(), z.number(), z.number()]).default([114, 114, 114]),
    anchor: z.enum(['center', 'top-left']).default('center'),
    /** Whether a picture smaller than the input is enlarged. */
    enlarge: z.boolean().default(true),
  }),
  /** Feed the picture at its own size (models with dynamic height and width), longest side bounded. */
  z.object({
    rule: z.literal('none'),
    longestSide: z.int().positive().default(1024),
    kernel: kernelSchema.default('bilinear'),
  }),
]);

/**
 * The input of a model. Each value of the tensor is `(pixel × scale − mean[c]) / std[c]`, pixel 0..255, and `c` counts
 * in the tensor's own channel order.
 */
export const inputSpecSchema = z.object({
  /** Name of the graph input; the first one when absent. */
  name: z.string().optional(),
  layout: z.enum(['NCHW', 'NHWC']),
  /** Pixels. */
  width: z.int().positive(),
  /** Pixels. */
  height: z.int().positive(),
  /** `GRAY` is one channel: luma of ITU-R BT.601, whose `mean` and `std` are the first of the three. */
  channelOrder: z.enum(['RGB', 'BGR', 'GRAY']).default('RGB'),
  resize: resizeSchema,
  scale: z.number().default(1),
  mean: z.tuple([z.number(), z.number(), z.number()]).default([0, 0, 0]),
  std: z.tuple([z.number(), z.number(), z.number()]).default([1, 1, 1]),
  elementType: z.enum(['float32', 'uint8', 'int8']).default('float32'),
});

export type Kernel = (typeof KERNEL_NAMES)[number];
export type ResizeRule = z.infer<typeof resizeSchema>;
/** A resolved input recipe: every default filled in. */
export type InputSpec = Readonly<z.infer<typeof inputSpecSchema>>;
