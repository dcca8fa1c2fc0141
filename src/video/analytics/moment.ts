import type { Box } from '../../tasks/types.ts';

/** A tracked object in a frame, as the counters read it. */
export interface Observed {
  readonly id: number;
  readonly label: string;
  readonly box: Box;
}

/** A frame's time and size. */
export interface Moment {
  readonly time: number;
  readonly width: number;
  readonly height: number;
}
