import type { Window } from '../../window.ts';

/** One convolution: names and shapes of its tensors. */
export interface Convolution {
  readonly x: string;
  readonly w: string;
  readonly dY: string;
  readonly window: Window;
  readonly group: number;
  /** `[N, C, H, W]` */
  readonly input: readonly number[];
  /** `[N, O, H', W']` */
  readonly output: readonly number[];
  /** `[O, C / group, kh, kw]` */
  readonly weights: readonly number[];
}

/** One place of the input for each place of the output: a matrix product. */
export function isPointwise({ window, group }: Convolution): boolean {
  return (
    group === 1 &&
    window.kernel.every((length) => length === 1) &&
    window.pads.every((length) => length === 0)
  );
}

/** One kernel a channel. */
export function isDepthwise({ group, input, output }: Convolution): boolean {
  return group > 1 && group === input[1] && group === output[1];
}
