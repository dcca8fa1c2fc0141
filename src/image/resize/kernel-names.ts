/** Every resampling kernel that a recipe can name. On its own, so that a list of them costs no schema library. */
export const KERNEL_NAMES = [
  'nearest',
  'bilinear',
  'bicubic',
  'lanczos3',
  'area',
  'opencv-bilinear',
  'opencv-bicubic',
  'opencv-area',
  'tensorflow-bilinear',
] as const;
