import type { StridedSlice } from '../../operators/slice.ts';
import type { GraphNode } from './read-graph.ts';

/** A StridedSlice node with the lists that it was given. */
export function stridedSliceOf(
  { attributes }: GraphNode,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[],
): StridedSlice {
  return {
    begin,
    end,
    strides,
    beginMask: attributes.number('begin_mask', 0),
    endMask: attributes.number('end_mask', 0),
    ellipsisMask: attributes.number('ellipsis_mask', 0),
    newAxisMask: attributes.number('new_axis_mask', 0),
    shrinkAxisMask: attributes.number('shrink_axis_mask', 0),
  };
}
