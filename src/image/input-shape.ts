/**
 * What follows from a recipe, apart from its schema: a worker that infers loads no schema library.
 *
 * @module
 */

/** Channels of a recipe's tensor. */
export function channelsOf(spec: { readonly channelOrder: 'RGB' | 'BGR' | 'GRAY' }): 1 | 3 {
  return spec.channelOrder === 'GRAY' ? 1 : 3;
}

/** Lengths of the tensor of one picture, without the batch. */
export function itemShape(
  spec: { readonly channelOrder: 'RGB' | 'BGR' | 'GRAY'; readonly layout: 'NCHW' | 'NHWC' },
  height: number,
  width: number,
): [number, number, number] {
  const channels = channelsOf(spec);
  return spec.layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
}
